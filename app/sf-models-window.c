/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-models-window.h"

#include "sf-download-row.h"
#include "sf-file-chooser.h"
#include "sf-model-group.h"
#include "sf-model-settings.h"
#include "sf-path-row.h"
#include "sf-place-row.h"
#include "sf-toast.h"

#include <glib/gi18n.h>

struct _SfModelsWindow
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwViewStack *views;
  GtkBox *groups;
  GtkWidget *scanning;
  GtkWidget *incomplete_label;
  GtkListBox *place_list;
  SfPathRow *embeddings_row;
  SfPathRow *wildcards_row;
  GtkListBox *download_list;

  GSettings *settings;
  SfModelIndex *index;
  SfDownloads *downloads;
  char *removed; /* the place that was removed last */
  GtkFileChooserNative *chooser;
  AdwToast *toast;
};

G_DEFINE_FINAL_TYPE (SfModelsWindow, sf_models_window, ADW_TYPE_WINDOW)

static void
add_toast (SfModelsWindow *self, const char *text, const char *undo_action)
{
  AdwToast *toast = sf_toast_new (text, undo_action != NULL ? _ ("Undo") : NULL);

  adw_toast_set_action_name (toast, undo_action);
  sf_toast_replace (self->toasts, &self->toast, toast);
}

static void
add_place (SfModelsWindow *self, const char *path)
{
  if (!sf_model_settings_add_place (self->settings, path))
    add_toast (self, _ ("It is being watched already"), NULL);
  adw_view_stack_set_visible_child_name (self->views, "installed");
}

static void
place_removed_cb (SfModelsWindow *self, SfPlaceRow *row)
{
  g_autofree char *path = g_strdup (sf_place_row_get_path (row));
  g_autofree char *name = g_path_get_basename (path);
  /* Translators: %s is a folder */
  g_autofree char *text = g_strdup_printf (_ ("%s is not watched any more"), name);

  g_free (self->removed);
  self->removed = g_strdup (path);
  sf_model_settings_remove_place (self->settings, path);
  add_toast (self, text, "models.undo-remove");
}

static void
undo_remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfModelsWindow *self = SF_MODELS_WINDOW (widget);

  if (self->removed != NULL)
    sf_model_settings_add_place (self->settings, self->removed);
  g_clear_pointer (&self->removed, g_free);
}

static void
add_place_row (SfModelsWindow *self, const char *path, gboolean is_own)
{
  GtkWidget *row = sf_place_row_new (path, is_own);

  g_signal_connect_object (row, "removed", G_CALLBACK (place_removed_cb), self, G_CONNECT_SWAPPED);
  gtk_list_box_append (self->place_list, row);
}

static void
show_places (SfModelsWindow *self)
{
  g_auto (GStrv) places = g_settings_get_strv (self->settings, "model-folders");
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->place_list, 0)) != NULL)
    gtk_list_box_remove (self->place_list, GTK_WIDGET (row));
  add_place_row (self, sf_model_index_get_own_folder (self->index), TRUE);
  for (guint i = 0; places[i] != NULL; i++)
    add_place_row (self, places[i], FALSE);
}

static void
show_scan (SfModelsWindow *self)
{
  gtk_widget_set_visible (self->scanning, sf_model_index_is_scanning (self->index));
  gtk_widget_set_visible (self->incomplete_label, !sf_model_index_is_complete (self->index));
}

static void
path_chosen_cb (SfModelsWindow *self, int response)
{
  g_autofree char *path = sf_file_chooser_take_path (&self->chooser, response);

  if (path != NULL)
    add_place (self, path);
}

static void
choose (SfModelsWindow *self, const char *title, GtkFileChooserAction action)
{
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, NULL, NULL);
  sf_file_chooser_show (self->chooser, G_CALLBACK (path_chosen_cb), self);
}

static void
add_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose (SF_MODELS_WINDOW (widget), _ ("Add a Folder of Models"),
          GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);
}

static void
add_file_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose (SF_MODELS_WINDOW (widget), _ ("Add a Model File"), GTK_FILE_CHOOSER_ACTION_OPEN);
}

static void
rescan_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfModelsWindow *self = SF_MODELS_WINDOW (widget);

  sf_model_index_rescan (self->index);
  sf_downloads_look (self->downloads);
}

static gboolean
drop_cb (SfModelsWindow *self, const GValue *value)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));
  gboolean any = FALSE;

  for (GSList *next = files; next != NULL; next = next->next)
    {
      g_autofree char *path = g_file_get_path (next->data);

      if (path == NULL)
        continue;
      add_place (self, path);
      any = TRUE;
    }
  return any;
}

static void
chosen_cb (SfModelsWindow *self, SfModelItem *item)
{
  const SfModelRecord *record = sf_model_item_get_record (item);
  const char *name = record->is_starter ? _ ("Starter model") : record->name;
  g_autofree char *text = NULL;

  if (!sf_model_settings_is_chosen (self->settings, item))
    return;
  /* Translators: %s is the name of a model */
  text = g_strdup_printf (_ ("The next pictures use %s"), name);
  add_toast (self, text, NULL);
}

static void
add_groups (SfModelsWindow *self)
{
  for (guint kind = 0; kind < SF_MODEL_N_KINDS; kind++)
    {
      GtkWidget *group = sf_model_group_new (kind, self->index, self->settings);

      g_signal_connect_object (group, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
      gtk_box_append (self->groups, group);
    }
}

static GtkWidget *
create_download_row (gpointer item, gpointer user_data)
{
  SfModelsWindow *self = user_data;

  return sf_download_row_new (item, self->downloads, self->index);
}

static void
arrived_cb (SfModelsWindow *self, SfDownload *download)
{
  /* Translators: %s is the name of a model */
  g_autofree char *text = g_strdup_printf (_ ("%s has arrived"),
                                           sf_download_get_entry (download)->name);

  add_toast (self, text, NULL);
}

SfModelsWindow *
sf_models_window_new (GtkWindow *parent, GSettings *settings, SfModelIndex *index,
                      SfDownloads *downloads)
{
  SfModelsWindow *self = g_object_new (SF_TYPE_MODELS_WINDOW, "transient-for", parent, NULL);

  self->settings = g_object_ref (settings);
  self->index = g_object_ref (index);
  self->downloads = g_object_ref (downloads);
  add_groups (self);
  gtk_list_box_bind_model (self->download_list, sf_downloads_get_items (downloads),
                           create_download_row, self, NULL);
  g_signal_connect_object (settings, "changed::model-folders", G_CALLBACK (show_places), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (index, "notify", G_CALLBACK (show_scan), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (downloads, "arrived", G_CALLBACK (arrived_cb), self, G_CONNECT_SWAPPED);
  show_places (self);
  sf_path_row_connect (self->embeddings_row, settings, "embeddings-folder", _ ("No folder"));
  sf_path_row_connect (self->wildcards_row, settings, "wildcards-folder", _ ("No folder"));
  show_scan (self);
  rescan_action (GTK_WIDGET (self), NULL, NULL);
  return self;
}

static void
sf_models_window_dispose (GObject *object)
{
  SfModelsWindow *self = SF_MODELS_WINDOW (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->index);
  g_clear_object (&self->downloads);
  g_clear_object (&self->chooser);
  g_clear_object (&self->toast);
  g_clear_pointer (&self->removed, g_free);
  G_OBJECT_CLASS (sf_models_window_parent_class)->dispose (object);
}

static void
sf_models_window_class_init (SfModelsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (SF_TYPE_PATH_ROW);

  G_OBJECT_CLASS (klass)->dispose = sf_models_window_dispose;

  gtk_widget_class_install_action (widget_class, "models.add-folder", NULL, add_folder_action);
  gtk_widget_class_install_action (widget_class, "models.add-file", NULL, add_file_action);
  gtk_widget_class_install_action (widget_class, "models.rescan", NULL, rescan_action);
  gtk_widget_class_install_action (widget_class, "models.undo-remove", NULL, undo_remove_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, GDK_CONTROL_MASK,
                                       "models.add-folder", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F5, 0, "models.rescan", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-models-window.ui");
  gtk_widget_class_bind_template_child (widget_class, SfModelsWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, SfModelsWindow, views);
  gtk_widget_class_bind_template_child (widget_class, SfModelsWindow, groups);
  gtk_widget_class_bind_template_child (widget_class, SfModelsWindow, scanning);
  gtk_widget_class_bind_template_child (widget_class, SfModelsWindow, incomplete_label);
  gtk_widget_class_bind_template_child (widget_class, SfModelsWindow, place_list);
  gtk_widget_class_bind_template_child (widget_class, SfModelsWindow, embeddings_row);
  gtk_widget_class_bind_template_child (widget_class, SfModelsWindow, wildcards_row);
  gtk_widget_class_bind_template_child (widget_class, SfModelsWindow, download_list);
}

static void
sf_models_window_init (SfModelsWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
