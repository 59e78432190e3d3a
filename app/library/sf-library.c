/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-library.h"

#include "sf-folder-watch.h"
#include "sf-search.h"
#include "sf-trash.h"

#include <errno.h>
#include <glib/gstdio.h>

#define CHANGED_DELAY_MS 30
#define SCAN_NEWS_SECONDS 1 /* between two looks at what a long scan has found */

struct _SfLibrary
{
  GObject parent_instance;

  char *path;
  SfDatabase *database; /* to read from, on the main thread */
  SfDatabaseThread *writer;
  SfDatabaseThread *reader;
  SfDatabaseThread *scanner;
  SfSearch *search;    /* on the reader's thread */
  GHashTable *entries; /* of Slot, by id */
  SfFolderWatch *watch;
  GCancellable *scan_cancellable;
  guint n_scans;  /* under way or waiting */
  guint n_writes; /* of entries, likewise */
  guint changed_source;
  guint news_source;
};

enum
{
  CHANGED,
  TROUBLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfLibrary, sf_library, G_TYPE_OBJECT)

/* The one object of a picture, as long as somebody has it. */
typedef struct
{
  gint64 id;
  SfEntry *entry;
  SfLibrary *library;
} Slot;

char *
sf_library_dup_default_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "sfumato", "library.db", NULL);
}

char *
sf_library_dup_default_folder (void)
{
  const char *pictures = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);

  if (pictures != NULL)
    return g_build_filename (pictures, "Sfumato", NULL);
  /* In a sandbox that lacks it, the home folder is gone when the program ends. */
  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    return g_build_filename (g_get_user_data_dir (), "pictures", NULL);
  return g_build_filename (g_get_home_dir (), "Pictures", "Sfumato", NULL);
}

void
sf_library_move_aside (const char *path)
{
  static const char *const parts[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *from = g_strconcat (path, parts[i], NULL);
      g_autofree char *to = g_strconcat (path, ".damaged", parts[i], NULL);

      if (g_rename (from, to) != 0 && errno != ENOENT)
        g_warning ("%s could not be moved aside: %s", from, g_strerror (errno));
    }
}

SfDatabase *
sf_library_open_database (const char *path, gboolean *was_damaged, GError **error)
{
  GError *local_error = NULL;
  SfDatabase *database = sf_database_open (path, &local_error);
  gboolean damaged = g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);

  if (was_damaged != NULL)
    *was_damaged = damaged;
  if (damaged)
    {
      g_clear_error (&local_error);
      sf_library_move_aside (path);
      database = sf_database_open (path, &local_error);
    }
  if (database == NULL)
    g_propagate_error (error, local_error);
  return database;
}

static void
reload_entries (SfLibrary *self)
{
  GHashTableIter iter;
  gpointer value;
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (entries, g_object_ref (((Slot *) value)->entry));
  for (guint i = 0; i < entries->len; i++)
    {
      gint64 id = sf_entry_get_record (entries->pdata[i])->id;
      SfPictureRecord *record = sf_records_load (self->database, id, NULL);

      if (record != NULL)
        sf_entry_take_record (entries->pdata[i], record);
    }
}

/* Lists and entries that are looked at follow what the database says by now. Before the last change is written, entries
 * know better. */
static gboolean
changed_cb (gpointer user_data)
{
  SfLibrary *self = user_data;

  self->changed_source = 0;
  if (self->n_writes == 0)
    reload_entries (self);
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
queue_changed (SfLibrary *self)
{
  if (self->changed_source == 0)
    self->changed_source = g_timeout_add (CHANGED_DELAY_MS, changed_cb, self);
}

static void
entry_gone_cb (gpointer data, GObject *entry)
{
  const Slot *slot = data;

  g_hash_table_remove (slot->library->entries, &slot->id);
}

SfEntry *
sf_library_get_entry (SfLibrary *self, gint64 id)
{
  g_return_val_if_fail (SF_IS_LIBRARY (self), NULL);

  Slot *slot = g_hash_table_lookup (self->entries, &id);

  if (slot != NULL)
    return g_object_ref (slot->entry);

  SfPictureRecord *record = sf_records_load (self->database, id, NULL);
  if (record == NULL)
    return NULL;
  slot = g_new (Slot, 1);
  slot->id = id;
  slot->entry = sf_entry_new (record);
  slot->library = self;
  g_hash_table_insert (self->entries, &slot->id, slot);
  g_object_weak_ref (G_OBJECT (slot->entry), entry_gone_cb, slot);
  return slot->entry;
}

SfEntry *
sf_library_find_path (SfLibrary *self, const char *path)
{
  g_return_val_if_fail (SF_IS_LIBRARY (self), NULL);

  gint64 id = sf_records_find_path (self->database, path);

  return id != 0 ? sf_library_get_entry (self, id) : NULL;
}

/* Work for a thread, and what it is about. */
typedef struct
{
  SfLibrary *library;
  SfFilter *filter;
  gint64 id;
  gint64 job;
  char *text; /* path or name */
  SfLabelKind kind;
  SfFacet facet;
  gboolean set;
  GArray *ids;
  SfScanFlags flags;
  SfScanCounts counts;
} Order;

static Order *
order_new (SfLibrary *library)
{
  Order *order = g_new0 (Order, 1);

  order->library = library;
  return order;
}

static void
order_free (Order *order)
{
  g_clear_pointer (&order->filter, sf_filter_free);
  g_clear_pointer (&order->ids, g_array_unref);
  g_free (order->text);
  g_free (order);
}

/* The task has no source: the library must not be let go of on another thread. */
static GTask *
task_new (SfLibrary *self, Order *order, GCancellable *cancellable, GAsyncReadyCallback callback,
          gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_task_data (task, order, (GDestroyNotify) order_free);
  return task;
}

static gpointer
find_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  const Order *order = data;

  return sf_search_run (order->library->search, database, order->filter, error);
}

void
sf_library_find_async (SfLibrary *self, const SfFilter *filter, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (SF_IS_LIBRARY (self));

  Order *order = order_new (self);
  g_autoptr (GTask) task = task_new (self, order, cancellable, callback, user_data);
  order->filter = sf_filter_copy (filter);
  sf_database_thread_run (self->reader, find_func, task, (GDestroyNotify) g_array_unref);
}

GArray *
sf_library_find_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
list_facet_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  const Order *order = data;

  return sf_records_list_facet (database, order->facet, error);
}

void
sf_library_list_facet_async (SfLibrary *self, SfFacet facet, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (SF_IS_LIBRARY (self));

  Order *order = order_new (self);
  g_autoptr (GTask) task = task_new (self, order, NULL, callback, user_data);
  order->facet = facet;
  sf_database_thread_run (self->reader, list_facet_func, task, (GDestroyNotify) g_strfreev);
}

char **
sf_library_list_facet_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
list_cells_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  const Order *order = data;
  sqlite3_stmt *row = sf_database_query (database, error,
                                         "SELECT path FROM cells JOIN pictures ON picture = id"
                                         " WHERE job = ? ORDER BY number",
                                         "i", order->job);

  return sf_database_dup_strings (database, row, error);
}

void
sf_library_list_cells_async (SfLibrary *self, gint64 job, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (SF_IS_LIBRARY (self));

  Order *order = order_new (self);
  g_autoptr (GTask) task = task_new (self, order, NULL, callback, user_data);
  order->job = job;
  sf_database_thread_run (self->reader, list_cells_func, task, (GDestroyNotify) g_strfreev);
}

static gpointer
list_prompts_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  sqlite3_stmt *row =
      sf_database_query (database, error,
                         "SELECT prompt FROM settings ORDER BY picture DESC LIMIT ?", "i",
                         (gint64) SF_LIBRARY_MAX_PROMPTS);

  return sf_database_dup_strings (database, row, error);
}

void
sf_library_list_prompts_async (SfLibrary *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (SF_IS_LIBRARY (self));

  g_autoptr (GTask) task = task_new (self, order_new (self), NULL, callback, user_data);
  sf_database_thread_run (self->reader, list_prompts_func, task, (GDestroyNotify) g_strfreev);
}

char **
sf_library_list_texts_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
report_trouble (SfLibrary *self, const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[TROUBLE], 0, error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfLibrary) self = user_data;
  g_autoptr (GError) error = NULL;

  g_task_propagate_pointer (G_TASK (result), &error);
  if (error != NULL)
    report_trouble (self, error);
  self->n_writes--;
  queue_changed (self);
}

static void
write_order (SfLibrary *self, SfDatabaseFunc write, Order *order)
{
  g_autoptr (GTask) task = task_new (self, order, NULL, written_cb, g_object_ref (self));

  self->n_writes++;
  sf_database_thread_run (self->writer, write, task, NULL);
}

static gpointer
set_favourite_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  const Order *order = data;

  sf_records_set_favourite (database, order->id, order->set, error);
  return NULL;
}

void
sf_library_set_favourite (SfLibrary *self, SfEntry *entry, gboolean favourite)
{
  g_return_if_fail (SF_IS_LIBRARY (self));

  Order *order = order_new (self);
  order->id = sf_entry_get_record (entry)->id;
  order->set = favourite;
  sf_entry_set_favourite (entry, favourite);
  write_order (self, set_favourite_func, order);
}

static gpointer
set_label_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  const Order *order = data;

  if (!sf_database_begin (database, error))
    return NULL;
  if (sf_records_set_label (database, order->id, order->kind, order->text, order->set, error))
    sf_database_commit (database, error);
  else
    sf_database_roll_back (database);
  return NULL;
}

void
sf_library_set_label (SfLibrary *self, SfEntry *entry, SfLabelKind kind, const char *name,
                      gboolean set)
{
  g_return_if_fail (SF_IS_LIBRARY (self));

  Order *order = order_new (self);
  order->id = sf_entry_get_record (entry)->id;
  order->kind = kind;
  order->text = g_strdup (name);
  order->set = set;
  write_order (self, set_label_func, order);
}

char **
sf_library_list_labels (SfLibrary *self, SfEntry *entry, SfLabelKind kind)
{
  g_return_val_if_fail (SF_IS_LIBRARY (self), NULL);

  gint64 id = entry != NULL ? sf_entry_get_record (entry)->id : 0;
  char **names = sf_records_list_labels (self->database, id, kind, NULL);

  return names != NULL ? names : g_new0 (char *, 1);
}

static gpointer
add_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  const Order *order = data;
  g_autoptr (SfPictureRecord) record = sf_picture_record_read (order->text, error);
  gint64 id;

  if (record == NULL || !sf_database_begin (database, error))
    return NULL;
  id = sf_records_store (database, record, error);
  if (id != 0
      && sf_database_run (database, error,
                          "INSERT OR REPLACE INTO cells (job, number, picture)"
                          " SELECT id, n_made, ? FROM jobs"
                          " WHERE id = ? AND comparison IS NOT NULL",
                          "ii", id, order->job)
      && sf_database_run (database, error, "UPDATE jobs SET n_made = n_made + 1 WHERE id = ?", "i",
                          order->job))
    sf_database_commit (database, error);
  else
    sf_database_roll_back (database);
  return NULL;
}

void
sf_library_add_async (SfLibrary *self, const char *path, gint64 job, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_return_if_fail (SF_IS_LIBRARY (self));

  Order *order = order_new (self);
  g_autoptr (GTask) task = task_new (self, order, NULL, callback, user_data);
  order->text = g_strdup (path);
  order->job = job;
  sf_database_thread_run (self->writer, add_func, task, NULL);
}

/* Pictures may have been added or moved even if it failed half-way. */
gboolean
sf_library_change_finish (SfLibrary *self, GAsyncResult *result, GError **error)
{
  GError *local_error = NULL;

  g_return_val_if_fail (SF_IS_LIBRARY (self), FALSE);

  g_task_propagate_pointer (G_TASK (result), &local_error);
  queue_changed (self);
  if (local_error != NULL)
    g_propagate_error (error, local_error);
  return local_error == NULL;
}

static gboolean
move_one (SfDatabase *database, gint64 id, gboolean to_trash, GError **error)
{
  g_autoptr (SfPictureRecord) record = sf_records_load (database, id, error);

  if (record == NULL)
    return error == NULL || *error == NULL;
  if (to_trash ? !sf_trash_put (record->path, error) : !sf_trash_restore (record->path, error))
    return FALSE;
  return sf_records_set_missing (database, id, to_trash, error);
}

static gpointer
move_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  const Order *order = data;

  for (guint i = 0; i < order->ids->len; i++)
    if (!move_one (database, g_array_index (order->ids, gint64, i), order->set, error))
      break;
  return NULL;
}

static void
move (SfLibrary *self, GArray *ids, gboolean to_trash, GAsyncReadyCallback callback,
      gpointer user_data)
{
  g_return_if_fail (SF_IS_LIBRARY (self));

  Order *order = order_new (self);
  g_autoptr (GTask) task = task_new (self, order, NULL, callback, user_data);
  order->ids = g_array_ref (ids);
  order->set = to_trash;
  sf_database_thread_run (self->writer, move_func, task, NULL);
}

void
sf_library_trash_async (SfLibrary *self, GArray *ids, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  move (self, ids, TRUE, callback, user_data);
}

void
sf_library_restore_async (SfLibrary *self, GArray *ids, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  move (self, ids, FALSE, callback, user_data);
}

static gpointer
scan_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  Order *order = data;

  if (order->text != NULL)
    sf_scan_path (database, order->text, order->flags, &order->counts, cancellable, error);
  else
    sf_scan_all (database, order->flags, &order->counts, cancellable, error);
  return NULL;
}

static gboolean
news_cb (gpointer user_data)
{
  queue_changed (user_data);
  return G_SOURCE_CONTINUE;
}

static void
scanned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfLibrary) self = user_data;
  const Order *order = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  g_task_propagate_pointer (G_TASK (result), &error);
  if (error != NULL)
    report_trouble (self, error);
  self->n_scans--;
  if (self->n_scans == 0)
    g_clear_handle_id (&self->news_source, g_source_remove);
  if (order->counts.n_stored > 0 || order->counts.n_gone > 0)
    queue_changed (self);
}

void
sf_library_scan (SfLibrary *self, const char *folder, SfScanFlags flags)
{
  g_return_if_fail (SF_IS_LIBRARY (self));

  Order *order = order_new (self);
  g_autoptr (GTask)
      task = task_new (self, order, self->scan_cancellable, scanned_cb, g_object_ref (self));
  order->text = g_strdup (folder);
  order->flags = flags;
  self->n_scans++;
  if (self->news_source == 0)
    self->news_source = g_timeout_add_seconds (SCAN_NEWS_SECONDS, news_cb, self);
  sf_database_thread_run (self->scanner, scan_func, task, NULL);
}

gboolean
sf_library_is_scanning (SfLibrary *self)
{
  g_return_val_if_fail (SF_IS_LIBRARY (self), FALSE);

  return self->n_scans > 0;
}

static void
watch_cb (gpointer user_data, const char *path)
{
  sf_library_scan (user_data, path, SF_SCAN_DEFAULT);
}

static gpointer
add_folder_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  const Order *order = data;

  sf_records_add_folder (database, order->text, error);
  return NULL;
}

void
sf_library_add_folder (SfLibrary *self, const char *folder)
{
  g_return_if_fail (SF_IS_LIBRARY (self));

  Order *order = order_new (self);
  order->text = g_canonicalize_filename (folder, NULL);
  sf_folder_watch_add (self->watch, order->text);
  sf_library_scan (self, order->text, SF_SCAN_DEFAULT);
  write_order (self, add_folder_func, order);
}

char **
sf_library_list_folders (SfLibrary *self)
{
  g_return_val_if_fail (SF_IS_LIBRARY (self), NULL);

  char **folders = sf_records_list_folders (self->database, NULL);

  return folders != NULL ? folders : g_new0 (char *, 1);
}

void
sf_library_watch (SfLibrary *self)
{
  g_return_if_fail (SF_IS_LIBRARY (self));

  g_auto (GStrv) folders = sf_library_list_folders (self);

  for (guint i = 0; folders[i] != NULL; i++)
    sf_folder_watch_add (self->watch, folders[i]);
  sf_library_scan (self, NULL, SF_SCAN_DEFAULT);
}

SfDatabase *
sf_library_get_database (SfLibrary *self)
{
  g_return_val_if_fail (SF_IS_LIBRARY (self), NULL);

  return self->database;
}

static void
queue_written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfLibrary) self = user_data;
  g_autoptr (GError) error = NULL;

  g_task_propagate_pointer (G_TASK (result), &error);
  if (error != NULL)
    report_trouble (self, error);
}

void
sf_library_write (SfLibrary *self, SfDatabaseFunc write, gpointer data, GDestroyNotify free_data)
{
  g_return_if_fail (SF_IS_LIBRARY (self));

  g_autoptr (GTask) task = g_task_new (NULL, NULL, queue_written_cb, g_object_ref (self));
  g_task_set_task_data (task, data, free_data);
  sf_database_thread_run (self->writer, write, task, NULL);
}

static gpointer
flush_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  return NULL;
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

void
sf_library_flush (SfLibrary *self)
{
  g_return_if_fail (SF_IS_LIBRARY (self));

  gboolean flushed = FALSE;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, flushed_cb, &flushed);

  sf_database_thread_run (self->writer, flush_func, task, NULL);
  while (!flushed)
    g_main_context_iteration (NULL, TRUE);
}

SfLibrary *
sf_library_new (const char *path, gboolean *was_damaged, GError **error)
{
  SfDatabase *database = sf_library_open_database (path, was_damaged, error);

  if (database == NULL)
    return NULL;

  SfLibrary *self = g_object_new (SF_TYPE_LIBRARY, NULL);
  self->database = database;
  self->writer = sf_database_thread_new (path);
  self->reader = sf_database_thread_new (path);
  self->scanner = sf_database_thread_new (path);
  return self;
}

/* Waits for what is under way: entries and lists may go on without a library. */
static void
sf_library_finalize (GObject *object)
{
  SfLibrary *self = SF_LIBRARY (object);
  GHashTableIter iter;
  gpointer value;

  g_cancellable_cancel (self->scan_cancellable);
  g_clear_pointer (&self->scanner, sf_database_thread_free);
  g_clear_pointer (&self->reader, sf_database_thread_free);
  g_clear_pointer (&self->writer, sf_database_thread_free);
  g_clear_pointer (&self->database, sf_database_close);
  g_clear_pointer (&self->search, sf_search_free);
  g_clear_pointer (&self->watch, sf_folder_watch_free);
  g_clear_object (&self->scan_cancellable);
  g_clear_handle_id (&self->changed_source, g_source_remove);
  g_clear_handle_id (&self->news_source, g_source_remove);

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_object_weak_unref (G_OBJECT (((Slot *) value)->entry), entry_gone_cb, value);
  g_clear_pointer (&self->entries, g_hash_table_unref);
  G_OBJECT_CLASS (sf_library_parent_class)->finalize (object);
}

static void
sf_library_class_init (SfLibraryClass *klass)
{
  GType type = G_OBJECT_CLASS_TYPE (klass);

  G_OBJECT_CLASS (klass)->finalize = sf_library_finalize;

  signals[CHANGED] = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[TROUBLE] = g_signal_new ("trouble", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
sf_library_init (SfLibrary *self)
{
  self->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->search = sf_search_new ();
  self->scan_cancellable = g_cancellable_new ();
  self->watch = sf_folder_watch_new (watch_cb, self);
}
