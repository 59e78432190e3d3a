/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-preferences.h"

#include "sf-calm.h"
#include "sf-devices.h"
#include "sf-file-chooser.h"
#include "sf-settings.h"

#include <glib/gi18n.h>

struct _SfPreferences
{
  AdwPreferencesWindow parent_instance;

  AdwComboRow *device_row;
  GtkStringList *device_titles;
  AdwActionRow *folder_row;
  GtkWidget *reset_folder_button;
  AdwComboRow *preview_row;
  AdwActionRow *preview_every_row;
  GtkAdjustment *preview_every;
  GtkSpinButton *preview_every_spin;

  GSettings *settings;
  GPtrArray *devices; /* of SfEngineDevice; NULL until they are listed */
  gboolean updating;  /* the row follows the settings, not the user */
  GtkFileChooserNative *chooser;
};

G_DEFINE_FINAL_TYPE (SfPreferences, sf_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static const char *const PREVIEWS[] = { "off", "fast", "exact", "better" };

static char *
describe_device (const SfEngineDevice *device)
{
  g_autofree char *size = g_format_size_full (device->memory_bytes, G_FORMAT_SIZE_IEC_UNITS);

  return g_strdup_printf ("%s · %s", device->name, size);
}

static void
show_device (SfPreferences *self)
{
  g_autofree char *name = g_settings_get_string (self->settings, "device");
  guint position = 0;

  for (guint i = 0; self->devices != NULL && i < self->devices->len; i++)
    {
      const SfEngineDevice *device = g_ptr_array_index (self->devices, i);

      if (g_str_equal (device->name, name))
        position = i + 1;
    }
  self->updating = TRUE;
  adw_combo_row_set_selected (self->device_row, position);
  self->updating = FALSE;
}

static void
device_selected_cb (SfPreferences *self)
{
  guint position = adw_combo_row_get_selected (self->device_row);

  if (self->updating || self->devices == NULL || position > self->devices->len)
    return;

  const SfEngineDevice *device = position > 0 ? g_ptr_array_index (self->devices, position - 1)
                                              : NULL;
  g_settings_set_string (self->settings, "device", device != NULL ? device->name : "");
}

static void
devices_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SfPreferences *self = SF_PREFERENCES (source);
  g_autoptr (GError) error = NULL;

  g_autoptr (GPtrArray) devices = sf_devices_list_finish (result, &error);

  if (self->settings == NULL) /* closed meanwhile */
    return;
  if (devices == NULL)
    {
      adw_combo_row_set_use_subtitle (self->device_row, FALSE);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->device_row), error->message);
      return;
    }

  self->devices = g_steal_pointer (&devices);
  self->updating = TRUE;
  for (guint i = 0; i < self->devices->len; i++)
    {
      g_autofree char *title = describe_device (g_ptr_array_index (self->devices, i));

      gtk_string_list_append (self->device_titles, title);
    }
  self->updating = FALSE;
  show_device (self);
}

static void
show_folder (SfPreferences *self)
{
  g_autofree char *chosen = g_settings_get_string (self->settings, "pictures-folder");
  g_autofree char *folder = sf_settings_dup_pictures_folder (self->settings);

  adw_action_row_set_subtitle (self->folder_row, folder);
  gtk_widget_set_visible (self->reset_folder_button, *chosen != '\0');
}

static void
folder_chosen_cb (SfPreferences *self, int response)
{
  g_autofree char *path = sf_file_chooser_take_path (&self->chooser, response);

  if (path != NULL)
    g_settings_set_string (self->settings, "pictures-folder", path);
}

static void
choose_folder_cb (SfPreferences *self)
{
  g_autofree char *folder = sf_settings_dup_pictures_folder (self->settings);
  g_autoptr (GFile) file = g_file_new_for_path (folder);

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_ ("Choose a Folder for Pictures"),
                                               GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL, NULL);
  gtk_file_chooser_set_file (GTK_FILE_CHOOSER (self->chooser), file, NULL);
  sf_file_chooser_show (self->chooser, G_CALLBACK (folder_chosen_cb), self);
}

static void
reset_folder_cb (SfPreferences *self)
{
  g_settings_reset (self->settings, "pictures-folder");
}

static gboolean
preview_to_position (GValue *value, GVariant *variant, gpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (PREVIEWS); i++)
    if (g_str_equal (PREVIEWS[i], g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
position_to_preview (const GValue *value, const GVariantType *type, gpointer user_data)
{
  return g_variant_new_string (PREVIEWS[g_value_get_uint (value)]);
}

static void
preview_selected_cb (SfPreferences *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->preview_every_row),
                            adw_combo_row_get_selected (self->preview_row) > 0);
}

SfPreferences *
sf_preferences_new (GtkWindow *parent, GSettings *settings)
{
  SfPreferences *self = g_object_new (SF_TYPE_PREFERENCES, "transient-for", parent, "modal", TRUE,
                                      NULL);

  self->settings = g_object_ref (settings);
  g_settings_bind_with_mapping (settings, "preview", self->preview_row, "selected",
                                G_SETTINGS_BIND_DEFAULT, preview_to_position, position_to_preview,
                                NULL, NULL);
  g_settings_bind (settings, "preview-every", self->preview_every, "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (settings, "changed::pictures-folder", G_CALLBACK (show_folder), self,
                           G_CONNECT_SWAPPED);
  show_folder (self);

  sf_devices_list_async (self, devices_listed_cb, NULL);
  return self;
}

static void
sf_preferences_dispose (GObject *object)
{
  SfPreferences *self = SF_PREFERENCES (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->devices, g_ptr_array_unref);
  G_OBJECT_CLASS (sf_preferences_parent_class)->dispose (object);
}

static void
sf_preferences_class_init (SfPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sf_preferences_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, device_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, device_titles);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, folder_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, reset_folder_button);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, preview_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, preview_every_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, preview_every);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, preview_every_spin);
  gtk_widget_class_bind_template_callback (widget_class, device_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_folder_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_folder_cb);
  gtk_widget_class_bind_template_callback (widget_class, preview_selected_cb);
}

static void
sf_preferences_init (SfPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sf_calm_ignore_wheel (GTK_WIDGET (self->preview_every_spin));
}
