/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-queue.h"

struct _SfQueue
{
  GObject parent_instance;

  SfLibrary *library;
  GPtrArray *jobs; /* of SfJob */
  gint64 last_id;
  gboolean paused;
};

enum
{
  PROP_0,
  PROP_PAUSED,
  PROP_N_LEFT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void sf_queue_list_model_init (GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SfQueue, sf_queue, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, sf_queue_list_model_init))

/* A change to be written. */
typedef struct
{
  gint64 id;
  char *request; /* JSON */
  char *folder;
  char *failure;
  char *comparison; /* JSON, or NULL */
  gboolean flag;
  GArray *ids;
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->request);
  g_free (change->folder);
  g_free (change->failure);
  g_free (change->comparison);
  g_clear_pointer (&change->ids, g_array_unref);
  g_free (change);
}

static gpointer
insert_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  const Change *change = data;

  sf_database_run (database, error,
                   "INSERT INTO jobs (id, position, request, folder, endless, comparison)"
                   " VALUES (?, 0, ?, ?, ?, ?)",
                   "issis", change->id, change->request, change->folder, (gint64) change->flag,
                   change->comparison);
  return NULL;
}

static gpointer
delete_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  const Change *change = data;

  sf_database_run (database, error, "DELETE FROM jobs WHERE id = ?", "i", change->id);
  return NULL;
}

static gpointer
fail_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  const Change *change = data;

  sf_database_run (database, error, "UPDATE jobs SET failure = ? WHERE id = ?", "si",
                   change->failure, change->id);
  return NULL;
}

static gpointer
order_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  const Change *change = data;

  if (!sf_database_begin (database, error))
    return NULL;
  for (guint i = 0; i < change->ids->len; i++)
    if (!sf_database_run (database, error, "UPDATE jobs SET position = ? WHERE id = ?", "ii",
                          (gint64) i, g_array_index (change->ids, gint64, i)))
      {
        sf_database_roll_back (database);
        return NULL;
      }
  sf_database_commit (database, error);
  return NULL;
}

static gpointer
pause_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  const Change *change = data;

  sf_database_run (database, error,
                   "INSERT OR REPLACE INTO state (name, value) VALUES ('paused', ?)", "i",
                   (gint64) change->flag);
  return NULL;
}

static Change *
change_new (SfJob *job)
{
  Change *change = g_new0 (Change, 1);

  change->id = job != NULL ? sf_job_get_id (job) : 0;
  return change;
}

static void
write_change (SfQueue *self, SfDatabaseFunc write, Change *change)
{
  sf_library_write (self->library, write, change, change_free);
}

static void
write_order (SfQueue *self)
{
  Change *change = change_new (NULL);

  change->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < self->jobs->len; i++)
    {
      gint64 id = sf_job_get_id (self->jobs->pdata[i]);

      g_array_append_val (change->ids, id);
    }
  write_change (self, order_func, change);
}

/* One row; NULL for one that cannot be read, which a newer version may have written, or that is done. */
static SfJob *
load_job (sqlite3_stmt *row)
{
  g_autofree char *json = sf_database_dup_text (row, 1);
  g_autoptr (SfRequest) request = NULL;
  g_autoptr (SfComparison) comparison = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_comparison = sqlite3_column_type (row, 6) != SQLITE_NULL;

  request = sf_request_new_from_json (json, &error);
  if (request != NULL && is_comparison)
    {
      g_autofree char *axes = sf_database_dup_text (row, 6);

      comparison = sf_comparison_new_from_json (request, axes, &error);
    }
  if (error != NULL)
    {
      g_warning ("A job of the queue cannot be read: %s", error->message);
      return NULL;
    }

  SfJobRecord record = { .id = sqlite3_column_int64 (row, 0),
                         .endless = sqlite3_column_int (row, 3) != 0,
                         .n_made = (guint64) sqlite3_column_int64 (row, 4) };

  /* Of a comparison the sheet may be missing. */
  if (!record.endless && !is_comparison && record.n_made >= request->count)
    return NULL;
  record.request = g_steal_pointer (&request);
  record.comparison = g_steal_pointer (&comparison);
  record.folder = sf_database_dup_text (row, 2);
  if (sqlite3_column_type (row, 5) != SQLITE_NULL)
    record.failure = sf_database_dup_text (row, 5);
  return sf_job_new (&record);
}

static gboolean
load (SfQueue *self, GError **error)
{
  SfDatabase *database = sf_library_get_database (self->library);
  GError *local_error = NULL;
  sqlite3_stmt *row = sf_database_query (database, &local_error,
                                         "SELECT id, request, folder, endless, n_made, failure,"
                                         " comparison FROM jobs ORDER BY position, id",
                                         "");

  while (row != NULL && sf_database_next (database, row, &local_error))
    {
      gint64 id = sqlite3_column_int64 (row, 0);
      SfJob *job = load_job (row);

      self->last_id = MAX (self->last_id, id);
      if (job != NULL)
        g_ptr_array_add (self->jobs, job);
      else
        {
          Change *change = change_new (NULL);

          change->id = id;
          write_change (self, delete_func, change);
        }
    }
  if (local_error == NULL)
    row = sf_database_query (database, &local_error,
                             "SELECT value FROM state WHERE name = 'paused'", "");
  if (local_error == NULL && sf_database_next (database, row, &local_error))
    {
      self->paused = sqlite3_column_int (row, 0) != 0;
      sqlite3_reset (row);
    }
  if (local_error != NULL)
    g_propagate_error (error, local_error);
  return local_error == NULL;
}

SfQueue *
sf_queue_new (SfLibrary *library, GError **error)
{
  g_autoptr (SfQueue) self = g_object_new (SF_TYPE_QUEUE, NULL);

  self->library = g_object_ref (library);
  return load (self, error) ? g_steal_pointer (&self) : NULL;
}

SfLibrary *
sf_queue_get_library (SfQueue *self)
{
  g_return_val_if_fail (SF_IS_QUEUE (self), NULL);

  return self->library;
}

gboolean
sf_queue_find (SfQueue *self, SfJob *job, guint *position)
{
  g_return_val_if_fail (SF_IS_QUEUE (self), FALSE);

  return g_ptr_array_find (self->jobs, job, position);
}

static guint
count_running (SfQueue *self)
{
  return self->jobs->len > 0 && sf_job_get_state (self->jobs->pdata[0]) == SF_JOB_RUNNING ? 1 : 0;
}

static void
notify_left (SfQueue *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_LEFT]);
}

/* Takes what @record owns. */
static SfJob *
add (SfQueue *self, SfJobRecord *record, gboolean first)
{
  Change *change = g_new0 (Change, 1);
  guint position = first ? count_running (self) : self->jobs->len;

  record->id = ++self->last_id;
  change->id = record->id;
  change->request = sf_request_to_json (record->request);
  change->folder = g_strdup (record->folder);
  change->flag = record->endless;
  if (record->comparison != NULL)
    change->comparison = sf_comparison_to_json (record->comparison);
  write_change (self, insert_func, change);

  SfJob *job = sf_job_new (record);
  g_ptr_array_insert (self->jobs, (int) position, job);
  write_order (self);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  notify_left (self);
  return job;
}

SfJob *
sf_queue_add (SfQueue *self, const SfRequest *request, const char *folder, gboolean endless,
              gboolean first)
{
  g_return_val_if_fail (SF_IS_QUEUE (self), NULL);

  return add (self,
              &(SfJobRecord){ .request = sf_request_copy (request),
                              .folder = g_strdup (folder),
                              .endless = endless },
              first);
}

SfJob *
sf_queue_add_comparison (SfQueue *self, SfComparison *comparison, const char *folder,
                         gboolean first)
{
  g_return_val_if_fail (SF_IS_QUEUE (self), NULL);

  return add (self,
              &(SfJobRecord){ .request = sf_request_copy (sf_comparison_get_base (comparison)),
                              .folder = g_strdup (folder),
                              .comparison = sf_comparison_ref (comparison) },
              first);
}

static void
remove_at (SfQueue *self, guint position)
{
  g_autoptr (SfJob) job = g_object_ref (self->jobs->pdata[position]);

  write_change (self, delete_func, change_new (job));
  g_ptr_array_remove_index (self->jobs, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

void
sf_queue_remove (SfQueue *self, SfJob *job)
{
  guint position;

  if (!sf_queue_find (self, job, &position))
    return;
  remove_at (self, position);
  notify_left (self);
}

void
sf_queue_clear (SfQueue *self)
{
  g_return_if_fail (SF_IS_QUEUE (self));

  while (self->jobs->len > count_running (self))
    remove_at (self, self->jobs->len - 1);
  notify_left (self);
}

static void
move (SfQueue *self, guint from, guint to)
{
  SfJob *job = g_ptr_array_steal_index (self->jobs, from);

  g_ptr_array_insert (self->jobs, (int) to, job);
  write_order (self);
  g_list_model_items_changed (G_LIST_MODEL (self), MIN (from, to),
                              MAX (from, to) - MIN (from, to) + 1,
                              MAX (from, to) - MIN (from, to) + 1);
}

void
sf_queue_move (SfQueue *self, SfJob *job, guint position)
{
  guint from;

  if (!sf_queue_find (self, job, &from) || sf_job_get_state (job) == SF_JOB_RUNNING)
    return;
  position = CLAMP (position, count_running (self), self->jobs->len - 1);
  if (from != position)
    move (self, from, position);
}

void
sf_queue_retry (SfQueue *self, SfJob *job)
{
  g_return_if_fail (SF_IS_QUEUE (self));
  g_return_if_fail (sf_job_get_state (job) == SF_JOB_FAILED);

  sf_queue_put_back (self, job);
}

void
sf_queue_set_paused (SfQueue *self, gboolean paused)
{
  g_return_if_fail (SF_IS_QUEUE (self));

  if (self->paused == paused)
    return;

  Change *change = change_new (NULL);
  self->paused = paused;
  change->flag = paused;
  write_change (self, pause_func, change);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAUSED]);
}

gboolean
sf_queue_is_paused (SfQueue *self)
{
  g_return_val_if_fail (SF_IS_QUEUE (self), FALSE);

  return self->paused;
}

guint
sf_queue_count_left (SfQueue *self)
{
  guint n_left = 0;

  g_return_val_if_fail (SF_IS_QUEUE (self), 0);

  for (guint i = 0; i < self->jobs->len; i++)
    if (sf_job_get_state (self->jobs->pdata[i]) != SF_JOB_FAILED)
      n_left++;
  return n_left;
}

SfJob *
sf_queue_peek (SfQueue *self)
{
  g_return_val_if_fail (SF_IS_QUEUE (self), NULL);

  for (guint i = 0; i < self->jobs->len; i++)
    if (sf_job_get_state (self->jobs->pdata[i]) == SF_JOB_WAITING)
      return self->jobs->pdata[i];
  return NULL;
}

void
sf_queue_begin (SfQueue *self, SfJob *job)
{
  guint position;

  if (!sf_queue_find (self, job, &position))
    return;
  sf_job_set_state (job, SF_JOB_RUNNING, NULL);
  if (position > 0)
    move (self, position, 0);
}

static void
set_failure (SfQueue *self, SfJob *job, SfJobState state, const char *failure)
{
  Change *change;

  if (!sf_queue_find (self, job, NULL))
    return;
  change = change_new (job);
  change->failure = g_strdup (failure);
  write_change (self, fail_func, change);
  sf_job_set_state (job, state, failure);
  notify_left (self);
}

void
sf_queue_put_back (SfQueue *self, SfJob *job)
{
  set_failure (self, job, SF_JOB_WAITING, NULL);
}

void
sf_queue_fail (SfQueue *self, SfJob *job, const char *failure)
{
  set_failure (self, job, SF_JOB_FAILED, failure);
}

static GType
get_item_type (GListModel *model)
{
  return SF_TYPE_JOB;
}

static guint
get_n_items (GListModel *model)
{
  return SF_QUEUE (model)->jobs->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  SfQueue *self = SF_QUEUE (model);

  return position < self->jobs->len ? g_object_ref (self->jobs->pdata[position]) : NULL;
}

static void
sf_queue_list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

static void
sf_queue_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfQueue *self = SF_QUEUE (object);

  switch (id)
    {
    case PROP_PAUSED:
      g_value_set_boolean (value, self->paused);
      break;
    case PROP_N_LEFT:
      g_value_set_uint (value, sf_queue_count_left (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_queue_finalize (GObject *object)
{
  SfQueue *self = SF_QUEUE (object);

  g_ptr_array_unref (self->jobs);
  g_clear_object (&self->library);
  G_OBJECT_CLASS (sf_queue_parent_class)->finalize (object);
}

static void
sf_queue_class_init (SfQueueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = sf_queue_get_property;
  object_class->finalize = sf_queue_finalize;

  properties[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE, flags);
  properties[PROP_N_LEFT] = g_param_spec_uint ("n-left", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sf_queue_init (SfQueue *self)
{
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
}
