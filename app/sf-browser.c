/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-browser.h"

#include "sf-calm.h"
#include "sf-entry-bar.h"
#include "sf-entry-grid.h"
#include "sf-entry-panel.h"
#include "sf-filter-button.h"

#include <glib/gi18n.h>

#define THUMBNAIL_BYTES (96 * 1024 * 1024)
#define SEARCH_DELAY_MS 120

struct _SfBrowser
{
  AdwBin parent_instance;

  AdwFlap *flap;
  GtkSearchEntry *search_entry;
  GtkToggleButton *favourites_button;
  SfFilterButton *filter_button;
  GtkAdjustment *zoom;
  GtkScale *zoom_scale;
  GtkStack *grid_stack;
  SfEntryGrid *grid;
  GtkRevealer *bar_revealer;
  GtkLabel *count_label;
  SfEntryBar *bar;
  SfEntryPanel *panel;

  SfLibrary *library;
  SfEntryList *list;
  SfThumbnailer *thumbnailer;
  guint search_source;
};

enum
{
  ACTIVATED,
  SELECTION_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfBrowser, sf_browser, ADW_TYPE_BIN)

SfEntryList *
sf_browser_get_list (SfBrowser *self)
{
  g_return_val_if_fail (SF_IS_BROWSER (self), NULL);

  return self->list;
}

GPtrArray *
sf_browser_get_selected (SfBrowser *self)
{
  g_return_val_if_fail (SF_IS_BROWSER (self), NULL);

  GPtrArray *entries = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) ids = sf_entry_grid_get_selected (self->grid);

  for (guint i = 0; i < ids->len; i++)
    {
      SfEntry *entry = sf_library_get_entry (self->library, g_array_index (ids, gint64, i));

      if (entry != NULL)
        g_ptr_array_add (entries, entry);
    }
  return entries;
}

guint
sf_browser_count_selected (SfBrowser *self)
{
  g_return_val_if_fail (SF_IS_BROWSER (self), 0);

  return sf_entry_grid_count_selected (self->grid);
}

guint
sf_browser_get_first_selected (SfBrowser *self)
{
  g_return_val_if_fail (SF_IS_BROWSER (self), GTK_INVALID_LIST_POSITION);

  return sf_entry_grid_get_first_selected (self->grid);
}

void
sf_browser_select (SfBrowser *self, guint position)
{
  g_return_if_fail (SF_IS_BROWSER (self));

  sf_entry_grid_select (self->grid, position);
}

void
sf_browser_update (SfBrowser *self)
{
  g_return_if_fail (SF_IS_BROWSER (self));

  if (self->library == NULL) /* not yet connected, or not any more */
    return;

  guint n_selected = sf_entry_grid_count_selected (self->grid);
  g_autofree char *text = g_strdup_printf (ngettext ("%u selected", "%u selected", n_selected),
                                           n_selected);
  g_autoptr (GPtrArray) one = n_selected == 1 ? sf_browser_get_selected (self) : NULL;

  gtk_label_set_label (self->count_label, text);
  gtk_revealer_set_reveal_child (self->bar_revealer, n_selected > 0);
  sf_entry_panel_show (self->panel, one != NULL && one->len > 0 ? one->pdata[0] : NULL);
  sf_entry_bar_set_favourite (self->bar, one != NULL && sf_entry_are_favourites (one));
}

static void
selection_changed_cb (SfBrowser *self)
{
  sf_browser_update (self);
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static void
grid_activated_cb (SfBrowser *self, guint position)
{
  g_signal_emit (self, signals[ACTIVATED], 0, position);
}

static void
update_state (SfBrowser *self)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  gboolean loading = sf_entry_list_is_loading (self->list);
  const char *page = "pictures";
  g_autofree char *text = NULL;

  if (n_items == 0 && loading)
    return;
  if (n_items == 0)
    page = sf_filter_is_open (sf_entry_list_get_filter (self->list)) ? "empty" : "nothing-found";
  gtk_stack_set_visible_child_name (self->grid_stack, page);
  text = g_strdup_printf (ngettext ("Search %'u picture", "Search %'u pictures", n_items), n_items);
  g_object_set (self->search_entry, "placeholder-text", text, NULL);
}

static void
apply_filter (SfBrowser *self)
{
  SfFilter *filter = g_new0 (SfFilter, 1);

  g_clear_handle_id (&self->search_source, g_source_remove);
  sf_filter_button_fill (self->filter_button, filter);
  filter->text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  filter->favourites = gtk_toggle_button_get_active (self->favourites_button);
  sf_entry_list_set_filter (self->list, filter);
  sf_filter_free (filter);
}

static gboolean
search_cb (gpointer user_data)
{
  SfBrowser *self = user_data;

  self->search_source = 0;
  apply_filter (self);
  return G_SOURCE_REMOVE;
}

static void
search_changed_cb (SfBrowser *self)
{
  g_clear_handle_id (&self->search_source, g_source_remove);
  self->search_source = g_timeout_add (SEARCH_DELAY_MS, search_cb, self);
}

static void
search_stopped_cb (SfBrowser *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  gtk_widget_grab_focus (GTK_WIDGET (self->grid));
}

static void
show_all_cb (SfBrowser *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  gtk_toggle_button_set_active (self->favourites_button, FALSE);
  sf_filter_button_reset (self->filter_button);
}

static void
zoom_changed_cb (SfBrowser *self)
{
  sf_entry_grid_set_size (self->grid, (int) gtk_adjustment_get_value (self->zoom));
}

void
sf_browser_set_text (SfBrowser *self, const char *text)
{
  g_return_if_fail (SF_IS_BROWSER (self));

  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), text);
}

void
sf_browser_focus_search (SfBrowser *self)
{
  g_return_if_fail (SF_IS_BROWSER (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

void
sf_browser_toggle_panel (SfBrowser *self)
{
  g_return_if_fail (SF_IS_BROWSER (self));

  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

void
sf_browser_connect (SfBrowser *self, GSettings *settings, SfLibrary *library)
{
  g_return_if_fail (SF_IS_BROWSER (self));
  g_return_if_fail (self->library == NULL);

  self->library = g_object_ref (library);
  self->thumbnailer = sf_thumbnailer_new (THUMBNAIL_BYTES);
  self->list = sf_entry_list_new (library);
  sf_filter_button_connect (self->filter_button, library);
  sf_entry_panel_connect (self->panel, library);
  sf_entry_grid_connect (self->grid, self->list, self->thumbnailer);
  g_settings_bind (settings, "gallery-zoom", self->zoom, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "gallery-details", self->flap, "reveal-flap", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (self->list, "items-changed", G_CALLBACK (update_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "notify::loading", G_CALLBACK (update_state), self,
                           G_CONNECT_SWAPPED);
  zoom_changed_cb (self);
  update_state (self);
  sf_browser_update (self);
}

static gboolean
sf_browser_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (SF_BROWSER (widget)->grid));
}

static void
sf_browser_dispose (GObject *object)
{
  SfBrowser *self = SF_BROWSER (object);

  g_clear_handle_id (&self->search_source, g_source_remove);
  g_clear_object (&self->library);
  g_clear_object (&self->list);
  g_clear_object (&self->thumbnailer);
  G_OBJECT_CLASS (sf_browser_parent_class)->dispose (object);
}

static void
sf_browser_class_init (SfBrowserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_OBJECT_CLASS_TYPE (klass);

  g_type_ensure (SF_TYPE_ENTRY_BAR);
  g_type_ensure (SF_TYPE_ENTRY_GRID);
  g_type_ensure (SF_TYPE_ENTRY_PANEL);
  g_type_ensure (SF_TYPE_FILTER_BUTTON);

  G_OBJECT_CLASS (klass)->dispose = sf_browser_dispose;
  widget_class->grab_focus = sf_browser_grab_focus;

  signals[ACTIVATED] = g_signal_new ("activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                             NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-browser.ui");
  gtk_widget_class_bind_template_child (widget_class, SfBrowser, flap);
  gtk_widget_class_bind_template_child (widget_class, SfBrowser, search_entry);
  gtk_widget_class_bind_template_child (widget_class, SfBrowser, favourites_button);
  gtk_widget_class_bind_template_child (widget_class, SfBrowser, filter_button);
  gtk_widget_class_bind_template_child (widget_class, SfBrowser, zoom);
  gtk_widget_class_bind_template_child (widget_class, SfBrowser, zoom_scale);
  gtk_widget_class_bind_template_child (widget_class, SfBrowser, grid_stack);
  gtk_widget_class_bind_template_child (widget_class, SfBrowser, grid);
  gtk_widget_class_bind_template_child (widget_class, SfBrowser, bar_revealer);
  gtk_widget_class_bind_template_child (widget_class, SfBrowser, count_label);
  gtk_widget_class_bind_template_child (widget_class, SfBrowser, bar);
  gtk_widget_class_bind_template_child (widget_class, SfBrowser, panel);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
  gtk_widget_class_bind_template_callback (widget_class, apply_filter);
  gtk_widget_class_bind_template_callback (widget_class, show_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, zoom_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, grid_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed_cb);
}

static void
sf_browser_init (SfBrowser *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sf_calm_ignore_wheel (GTK_WIDGET (self->zoom_scale));
}
