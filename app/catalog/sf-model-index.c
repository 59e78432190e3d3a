/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-model-index.h"

#include "library/sf-folder-watch.h"
#include "sf-hasher.h"
#include "sf-model-scan.h"

#define SETTLE_MS 500

struct _SfModelIndex
{
  GObject parent_instance;

  char *own_folder;
  char **places; /* one's own first */
  GListStore *items;
  gboolean is_complete;

  SfFolderWatch *watch;
  GCancellable *cancellable; /* of the scan that runs, or NULL */
  gboolean is_stale;         /* something changed since it began */
  guint settling;            /* timeout until the next one */

  gboolean hashing;
  SfHasher *hasher;      /* NULL before the first hash is asked for */
  GHashTable *in_hasher; /* of SfModelItem that it was given */
};

enum
{
  PROP_0,
  PROP_SCANNING,
  PROP_COMPLETE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SfModelIndex, sf_model_index, G_TYPE_OBJECT)

char *
sf_model_index_dup_own_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "sfumato", "models", NULL);
}

static SfModelItem *
get_item (SfModelIndex *self, guint position)
{
  g_autoptr (SfModelItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);

  return item;
}

static guint
count (SfModelIndex *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->items));
}

static void
hash_all (SfModelIndex *self)
{
  for (guint i = 0; self->hashing && i < count (self); i++)
    {
      SfModelItem *item = get_item (self, i);

      if (sf_model_item_get_hash (item) != NULL
          || !g_hash_table_add (self->in_hasher, g_object_ref (item)))
        continue;
      if (self->hasher == NULL)
        self->hasher = sf_hasher_new ();
      sf_hasher_add (self->hasher, item);
    }
}

/* Items stay where their record is the same, so that lists keep focus and hashes. */
static void
take_records (SfModelIndex *self, GPtrArray *records)
{
  guint position = 0;

  for (guint i = 0; i < records->len; i++)
    {
      SfModelRecord *record = records->pdata[i];
      g_autoptr (SfModelItem) item = NULL;

      while (
          position < count (self)
          && sf_model_record_compare (sf_model_item_get_record (get_item (self, position)), record)
                 < 0)
        g_list_store_remove (self->items, position);
      if (position < count (self) && sf_model_item_get_record (get_item (self, position)) == record)
        {
          position++;
          continue;
        }
      item = sf_model_item_new (record);
      g_list_store_insert (self->items, position++, item);
    }
  while (position < count (self))
    g_list_store_remove (self->items, position);
}

static void begin_scan (SfModelIndex *self);

static void
scanned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SfModelIndex *self = SF_MODEL_INDEX (source);
  g_autoptr (SfModelScan) scan = g_task_propagate_pointer (G_TASK (result), NULL);

  if (scan == NULL) /* cancelled: another one has begun, or the index is gone */
    return;
  g_clear_object (&self->cancellable);
  take_records (self, scan->records);
  for (guint i = 0; scan->roots[i] != NULL; i++)
    if (self->watch != NULL)
      sf_folder_watch_add (self->watch, scan->roots[i]);
  if (self->is_complete != scan->is_complete)
    {
      self->is_complete = scan->is_complete;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMPLETE]);
    }
  hash_all (self);
  if (self->is_stale)
    begin_scan (self);
  else
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SCANNING]);
}

typedef struct
{
  char **places;
  GHashTable *known;
} Order;

static void
order_free (Order *self)
{
  g_strfreev (self->places);
  g_hash_table_unref (self->known);
  g_free (self);
}

static void
scan_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Order *order = task_data;
  GError *error = NULL;
  SfModelScan *scan = sf_model_scan ((const char *const *) order->places, order->known, cancellable,
                                     &error);

  if (scan != NULL)
    g_task_return_pointer (task, scan, (GDestroyNotify) sf_model_scan_free);
  else
    g_task_return_error (task, error);
}

static void
begin_scan (SfModelIndex *self)
{
  Order *order = g_new0 (Order, 1);

  order->places = g_strdupv (self->places);
  order->known = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                        (GDestroyNotify) sf_model_record_unref);
  for (guint i = 0; i < count (self); i++)
    {
      SfModelRecord *record = (SfModelRecord *) sf_model_item_get_record (get_item (self, i));

      g_hash_table_insert (order->known, record->is_starter ? "" : record->path,
                           sf_model_record_ref (record));
    }

  self->is_stale = FALSE;
  self->cancellable = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, scanned_cb, NULL);
  g_task_set_task_data (task, order, (GDestroyNotify) order_free);
  g_task_run_in_thread (task, scan_thread);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SCANNING]);
}

void
sf_model_index_rescan (SfModelIndex *self)
{
  g_return_if_fail (SF_IS_MODEL_INDEX (self));

  g_clear_handle_id (&self->settling, g_source_remove);
  if (self->cancellable != NULL)
    self->is_stale = TRUE;
  else
    begin_scan (self);
}

static gboolean
settled_cb (gpointer user_data)
{
  SfModelIndex *self = user_data;

  self->settling = 0;
  sf_model_index_rescan (self);
  return G_SOURCE_REMOVE;
}

/* Programs write many files in a row. */
static void
changed_cb (gpointer user_data, const char *path)
{
  SfModelIndex *self = user_data;

  g_clear_handle_id (&self->settling, g_source_remove);
  self->settling = g_timeout_add (SETTLE_MS, settled_cb, self);
}

void
sf_model_index_set_places (SfModelIndex *self, const char *const *places)
{
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();

  g_return_if_fail (SF_IS_MODEL_INDEX (self) && places != NULL);

  g_strv_builder_add (all, self->own_folder);
  g_strv_builder_addv (all, (const char **) places);
  g_strfreev (self->places);
  self->places = g_strv_builder_end (all);

  g_clear_pointer (&self->watch, sf_folder_watch_free);
  self->watch = sf_folder_watch_new (changed_cb, self);
  if (self->cancellable != NULL)
    {
      g_cancellable_cancel (self->cancellable);
      g_clear_object (&self->cancellable);
    }
  sf_model_index_rescan (self);
}

void
sf_model_index_set_hashing (SfModelIndex *self, gboolean hashing)
{
  g_return_if_fail (SF_IS_MODEL_INDEX (self));

  self->hashing = hashing;
  hash_all (self);
}

SfModelIndex *
sf_model_index_new (const char *own_folder)
{
  SfModelIndex *self = g_object_new (SF_TYPE_MODEL_INDEX, NULL);

  self->own_folder = g_strdup (own_folder);
  return self;
}

const char *
sf_model_index_get_own_folder (SfModelIndex *self)
{
  return self->own_folder;
}

GListModel *
sf_model_index_get_items (SfModelIndex *self)
{
  return G_LIST_MODEL (self->items);
}

gboolean
sf_model_index_is_scanning (SfModelIndex *self)
{
  return self->cancellable != NULL;
}

gboolean
sf_model_index_is_complete (SfModelIndex *self)
{
  return self->is_complete;
}

SfModelItem *
sf_model_index_find_path (SfModelIndex *self, const char *path)
{
  for (guint i = 0; i < count (self); i++)
    {
      SfModelItem *item = get_item (self, i);

      if (g_str_equal (sf_model_item_get_record (item)->path, path))
        return item;
    }
  return NULL;
}

SfModelItem *
sf_model_index_find_hash (SfModelIndex *self, const char *hash)
{
  for (guint i = 0; i < count (self); i++)
    {
      SfModelItem *item = get_item (self, i);

      if (g_strcmp0 (sf_model_item_get_hash (item), hash) == 0)
        return item;
    }
  return NULL;
}

SfModelItem *
sf_model_index_resolve (SfModelIndex *self, SfModelKind kind, const char *name, const char *hash)
{
  SfModelItem *of_name = NULL;

  g_return_val_if_fail (SF_IS_MODEL_INDEX (self), NULL);

  for (guint i = 0; i < count (self); i++)
    {
      SfModelItem *item = get_item (self, i);
      const SfModelRecord *record = sf_model_item_get_record (item);

      if (record->kind != kind || !sf_model_item_is_usable (item))
        continue;
      if (hash != NULL && sf_model_item_matches (item, hash))
        return item;
      if (name != NULL && of_name == NULL && g_ascii_strcasecmp (record->name, name) == 0)
        of_name = item;
    }
  return of_name;
}

static void
sf_model_index_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfModelIndex *self = SF_MODEL_INDEX (object);

  switch (id)
    {
    case PROP_SCANNING:
      g_value_set_boolean (value, sf_model_index_is_scanning (self));
      break;
    case PROP_COMPLETE:
      g_value_set_boolean (value, self->is_complete);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_model_index_dispose (GObject *object)
{
  SfModelIndex *self = SF_MODEL_INDEX (object);

  g_clear_handle_id (&self->settling, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->watch, sf_folder_watch_free);
  g_clear_pointer (&self->hasher, sf_hasher_free);
  g_clear_pointer (&self->in_hasher, g_hash_table_unref);
  g_clear_object (&self->items);
  G_OBJECT_CLASS (sf_model_index_parent_class)->dispose (object);
}

static void
sf_model_index_finalize (GObject *object)
{
  SfModelIndex *self = SF_MODEL_INDEX (object);

  g_free (self->own_folder);
  g_strfreev (self->places);
  G_OBJECT_CLASS (sf_model_index_parent_class)->finalize (object);
}

static void
sf_model_index_class_init (SfModelIndexClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = sf_model_index_get_property;
  object_class->dispose = sf_model_index_dispose;
  object_class->finalize = sf_model_index_finalize;

  properties[PROP_SCANNING] = g_param_spec_boolean ("scanning", NULL, NULL, FALSE,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_COMPLETE] = g_param_spec_boolean ("complete", NULL, NULL, TRUE,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sf_model_index_init (SfModelIndex *self)
{
  self->items = g_list_store_new (SF_TYPE_MODEL_ITEM);
  self->is_complete = TRUE;
  self->in_hasher = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}
