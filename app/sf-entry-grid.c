/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-entry-grid.h"

#include "sf-thumbnail.h"

#define CELL_PADDING 12 /* as the style sheet has it */

struct _SfEntryGrid
{
  AdwBin parent_instance;

  GtkGridView *view;
  GtkMultiSelection *selection;

  SfEntryList *list;
  SfThumbnailer *thumbnailer;
  GPtrArray *thumbnails; /* that there are, without a reference */
  int size;
  int fitting_size; /* that there is room for */
  guint columns_source;
};

enum
{
  ACTIVATED,
  SELECTION_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfEntryGrid, sf_entry_grid, ADW_TYPE_BIN)

/* What is dragged is what is selected, if the picture under the pointer is. */
static GdkContentProvider *
drag_prepare_cb (GtkDragSource *source, double x, double y, gpointer user_data)
{
  GtkListItem *item = user_data;
  GtkWidget *thumbnail = gtk_list_item_get_child (item);
  SfEntryGrid *self = SF_ENTRY_GRID (gtk_widget_get_ancestor (thumbnail, SF_TYPE_ENTRY_GRID));
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  if (!gtk_list_item_get_selected (item))
    sf_entry_grid_select (self, gtk_list_item_get_position (item));

  g_autoptr (GtkBitset)
      selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  for (guint i = 0; i < gtk_bitset_get_size (selected); i++)
    {
      g_autoptr (SfEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->list),
                                                         gtk_bitset_get_nth (selected, i));

      g_ptr_array_add (files, g_file_new_for_path (sf_entry_get_record (entry)->path));
    }

  GdkFileList *list = gdk_file_list_new_from_array ((GFile **) files->pdata, files->len);
  GdkContentProvider *content = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, list);
  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  return content;
}

static void
drag_begin_cb (GtkDragSource *source, GdkDrag *drag, gpointer user_data)
{
  g_autoptr (GdkPaintable) icon = gtk_widget_paintable_new (gtk_list_item_get_child (user_data));

  gtk_drag_source_set_icon (source, icon, 0, 0);
}

static void
setup_cb (SfEntryGrid *self, GtkListItem *item)
{
  GtkWidget *thumbnail = sf_thumbnail_new (self->thumbnailer);
  GtkDragSource *source = gtk_drag_source_new ();

  sf_thumbnail_set_size (SF_THUMBNAIL (thumbnail), self->fitting_size);
  gtk_drag_source_set_actions (source, GDK_ACTION_COPY);
  g_signal_connect (source, "prepare", G_CALLBACK (drag_prepare_cb), item);
  g_signal_connect (source, "drag-begin", G_CALLBACK (drag_begin_cb), item);
  gtk_widget_add_controller (thumbnail, GTK_EVENT_CONTROLLER (source));
  gtk_list_item_set_child (item, thumbnail);
  g_ptr_array_add (self->thumbnails, thumbnail);
}

static void
bind_cb (SfEntryGrid *self, GtkListItem *item)
{
  sf_thumbnail_set_entry (SF_THUMBNAIL (gtk_list_item_get_child (item)),
                          gtk_list_item_get_item (item));
}

static void
unbind_cb (SfEntryGrid *self, GtkListItem *item)
{
  sf_thumbnail_set_entry (SF_THUMBNAIL (gtk_list_item_get_child (item)), NULL);
}

static void
teardown_cb (SfEntryGrid *self, GtkListItem *item)
{
  g_ptr_array_remove_fast (self->thumbnails, gtk_list_item_get_child (item));
}

static void
activated_cb (SfEntryGrid *self, guint position)
{
  g_signal_emit (self, signals[ACTIVATED], 0, position);
}

static void
selection_changed_cb (SfEntryGrid *self)
{
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

/* A GtkGridView makes rows by the dozen, of as many widgets as there may be columns. */
static gboolean
update_columns_cb (gpointer user_data)
{
  SfEntryGrid *self = user_data;
  int width = gtk_widget_get_width (GTK_WIDGET (self->view)) - CELL_PADDING;
  int fitting = MIN (self->size, width / 2 - CELL_PADDING); /* two side by side at least */

  self->columns_source = 0;
  if (fitting <= 0)
    return G_SOURCE_REMOVE;
  for (guint i = 0; i < self->thumbnails->len; i++)
    sf_thumbnail_set_size (self->thumbnails->pdata[i], fitting);
  self->fitting_size = fitting;
  gtk_grid_view_set_max_columns (self->view, (guint) (width / (fitting + CELL_PADDING)));
  return G_SOURCE_REMOVE;
}

static void
queue_columns (SfEntryGrid *self)
{
  if (self->columns_source == 0)
    self->columns_source = g_idle_add (update_columns_cb, self);
}

void
sf_entry_grid_connect (SfEntryGrid *self, SfEntryList *list, SfThumbnailer *thumbnailer)
{
  g_return_if_fail (SF_IS_ENTRY_GRID (self));
  g_return_if_fail (self->list == NULL);

  self->list = g_object_ref (list);
  self->thumbnailer = g_object_ref (thumbnailer);
  gtk_multi_selection_set_model (self->selection, G_LIST_MODEL (list));
}

void
sf_entry_grid_set_size (SfEntryGrid *self, int size)
{
  g_return_if_fail (SF_IS_ENTRY_GRID (self));

  self->size = size;
  queue_columns (self);
}

GArray *
sf_entry_grid_get_selected (SfEntryGrid *self)
{
  g_return_val_if_fail (SF_IS_ENTRY_GRID (self), NULL);

  g_autoptr (GtkBitset)
      selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < gtk_bitset_get_size (selected); i++)
    {
      gint64 id = sf_entry_list_get_id (self->list, gtk_bitset_get_nth (selected, i));

      g_array_append_val (ids, id);
    }
  return ids;
}

guint
sf_entry_grid_count_selected (SfEntryGrid *self)
{
  g_return_val_if_fail (SF_IS_ENTRY_GRID (self), 0);

  g_autoptr (GtkBitset)
      selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  return (guint) gtk_bitset_get_size (selected);
}

guint
sf_entry_grid_get_first_selected (SfEntryGrid *self)
{
  g_return_val_if_fail (SF_IS_ENTRY_GRID (self), GTK_INVALID_LIST_POSITION);

  g_autoptr (GtkBitset)
      selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  return gtk_bitset_is_empty (selected) ? GTK_INVALID_LIST_POSITION
                                        : gtk_bitset_get_minimum (selected);
}

void
sf_entry_grid_select (SfEntryGrid *self, guint position)
{
  g_return_if_fail (SF_IS_ENTRY_GRID (self));

  if (position == GTK_INVALID_LIST_POSITION)
    {
      gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (self->selection));
      return;
    }
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
}

static gboolean
sf_entry_grid_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (SF_ENTRY_GRID (widget)->view));
}

static void
sf_entry_grid_dispose (GObject *object)
{
  SfEntryGrid *self = SF_ENTRY_GRID (object);

  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (gtk_scrollable_get_hadjustment (
                                              GTK_SCROLLABLE (self->view)),
                                          self);
  g_clear_handle_id (&self->columns_source, g_source_remove);
  if (self->list != NULL)
    gtk_multi_selection_set_model (self->selection, NULL);
  g_clear_object (&self->list);
  g_clear_object (&self->thumbnailer);
  G_OBJECT_CLASS (sf_entry_grid_parent_class)->dispose (object);
}

static void
sf_entry_grid_finalize (GObject *object)
{
  g_ptr_array_unref (SF_ENTRY_GRID (object)->thumbnails);
  G_OBJECT_CLASS (sf_entry_grid_parent_class)->finalize (object);
}

static void
sf_entry_grid_class_init (SfEntryGridClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_OBJECT_CLASS_TYPE (klass);

  G_OBJECT_CLASS (klass)->dispose = sf_entry_grid_dispose;
  G_OBJECT_CLASS (klass)->finalize = sf_entry_grid_finalize;
  widget_class->grab_focus = sf_entry_grid_grab_focus;

  signals[ACTIVATED] = g_signal_new ("activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                             NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-entry-grid.ui");
  gtk_widget_class_bind_template_child (widget_class, SfEntryGrid, view);
  gtk_widget_class_bind_template_child (widget_class, SfEntryGrid, selection);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_bind_template_callback (widget_class, teardown_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed_cb);
}

static void
sf_entry_grid_init (SfEntryGrid *self)
{
  self->thumbnails = g_ptr_array_new ();
  self->size = self->fitting_size = 160;
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Its page is as wide as the view. */
  g_signal_connect_swapped (gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->view)),
                            "notify::page-size", G_CALLBACK (queue_columns), self);
}
