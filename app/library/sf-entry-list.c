/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-entry-list.h"

struct _SfEntryList
{
  GObject parent_instance;

  SfLibrary *library;
  SfFilter *filter;
  GArray *ids;
  GCancellable *cancellable; /* of the search under way; NULL: there is none */
  gboolean outdated;         /* the library has changed since that began */
};

enum
{
  PROP_0,
  PROP_LOADING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void sf_entry_list_list_model_init (GListModelInterface *interface);
static void find (SfEntryList *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (SfEntryList, sf_entry_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      sf_entry_list_list_model_init))

static gint64
get_id (GArray *ids, guint position)
{
  return g_array_index (ids, gint64, position);
}

/* What both lists begin and end with stays as it is. */
static void
take_ids (SfEntryList *self, GArray *ids)
{
  g_autoptr (GArray) old = g_steal_pointer (&self->ids);
  guint n_least = MIN (old->len, ids->len);
  guint n_head = 0, n_tail = 0;

  while (n_head < n_least && get_id (old, n_head) == get_id (ids, n_head))
    n_head++;
  while (n_tail < n_least - n_head
         && get_id (old, old->len - 1 - n_tail) == get_id (ids, ids->len - 1 - n_tail))
    n_tail++;

  self->ids = ids;
  guint n_removed = old->len - n_head - n_tail;
  guint n_added = ids->len - n_head - n_tail;
  if (n_removed > 0 || n_added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), n_head, n_removed, n_added);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfEntryList) self = user_data;
  g_autoptr (GError) error = NULL;
  GArray *ids = sf_library_find_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->cancellable);
  if (ids != NULL)
    take_ids (self, ids);
  else
    g_warning ("The library cannot be searched: %s", error->message);
  if (self->outdated)
    find (self);
  else
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static void
find (SfEntryList *self)
{
  self->outdated = FALSE;
  self->cancellable = g_cancellable_new ();
  sf_library_find_async (self->library, self->filter, self->cancellable, found_cb,
                         g_object_ref (self));
}

static void
library_changed_cb (SfEntryList *self)
{
  if (self->cancellable != NULL)
    self->outdated = TRUE;
  else
    find (self);
}

SfEntryList *
sf_entry_list_new (SfLibrary *library)
{
  SfEntryList *self = g_object_new (SF_TYPE_ENTRY_LIST, NULL);

  self->library = g_object_ref (library);
  g_signal_connect_object (library, "changed", G_CALLBACK (library_changed_cb), self,
                           G_CONNECT_SWAPPED);
  find (self);
  return self;
}

void
sf_entry_list_set_filter (SfEntryList *self, const SfFilter *filter)
{
  g_return_if_fail (SF_IS_ENTRY_LIST (self));

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  sf_filter_free (self->filter);
  self->filter = sf_filter_copy (filter);
  find (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

const SfFilter *
sf_entry_list_get_filter (SfEntryList *self)
{
  return self->filter;
}

gint64
sf_entry_list_get_id (SfEntryList *self, guint position)
{
  g_return_val_if_fail (SF_IS_ENTRY_LIST (self), 0);

  return position < self->ids->len ? get_id (self->ids, position) : 0;
}

gboolean
sf_entry_list_find (SfEntryList *self, gint64 id, guint *position)
{
  g_return_val_if_fail (SF_IS_ENTRY_LIST (self), FALSE);

  for (guint i = 0; i < self->ids->len; i++)
    if (get_id (self->ids, i) == id)
      {
        *position = i;
        return TRUE;
      }
  return FALSE;
}

gboolean
sf_entry_list_is_loading (SfEntryList *self)
{
  g_return_val_if_fail (SF_IS_ENTRY_LIST (self), FALSE);

  return self->cancellable != NULL;
}

static GType
get_item_type (GListModel *model)
{
  return SF_TYPE_ENTRY;
}

static guint
get_n_items (GListModel *model)
{
  return SF_ENTRY_LIST (model)->ids->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  SfEntryList *self = SF_ENTRY_LIST (model);
  gint64 id = sf_entry_list_get_id (self, position);

  return id != 0 ? sf_library_get_entry (self->library, id) : NULL;
}

static void
sf_entry_list_list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

static void
sf_entry_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfEntryList *self = SF_ENTRY_LIST (object);

  switch (id)
    {
    case PROP_LOADING:
      g_value_set_boolean (value, sf_entry_list_is_loading (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_entry_list_finalize (GObject *object)
{
  SfEntryList *self = SF_ENTRY_LIST (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->library);
  g_clear_pointer (&self->filter, sf_filter_free);
  g_clear_pointer (&self->ids, g_array_unref);
  G_OBJECT_CLASS (sf_entry_list_parent_class)->finalize (object);
}

static void
sf_entry_list_class_init (SfEntryListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = sf_entry_list_get_property;
  object_class->finalize = sf_entry_list_finalize;

  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sf_entry_list_init (SfEntryList *self)
{
  self->filter = g_new0 (SfFilter, 1);
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
}
