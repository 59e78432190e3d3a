/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-preferences.h"

#include "library/sf-file-name.h"
#include "library/sf-library.h"
#include "sf-calm.h"
#include "sf-compatibility-row.h"
#include "sf-devices.h"
#include "sf-path-row.h"
#include "sf-settings.h"

#include <glib/gi18n.h>

struct _SfPreferences
{
  AdwPreferencesWindow parent_instance;

  AdwComboRow *device_row;
  GtkStringList *device_titles;
  AdwActionRow *features_row;
  AdwComboRow *memory_row;
  AdwComboRow *precision_row;
  SfCompatibilityRow *compatibility_row;
  AdwPreferencesGroup *pictures_group;
  SfPathRow *pictures_row;
  GtkEditable *file_name_row;
  GtkSwitch *metadata_switch;
  GtkSwitch *notify_switch;
  SfPathRow *embeddings_row;
  SfPathRow *wildcards_row;
  AdwComboRow *preview_row;
  SfPathRow *tiny_decoder_row;
  AdwActionRow *preview_every_row;
  GtkAdjustment *preview_every;
  GtkSpinButton *preview_every_spin;

  GSettings *settings;
  GPtrArray *devices; /* of SfEngineDevice; NULL until they are listed */
  gboolean updating;  /* the row follows the settings, not the user */
};

G_DEFINE_FINAL_TYPE (SfPreferences, sf_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* In the order of the rows. */
static const char *const previews[] = { "off", "fast", "better", "exact", NULL };
static const char *const memories[] = { "auto", "normal", "low", "lowest", NULL };
static const char *const precisions[] = { "f16", "f32", NULL };

static char *
describe_device (const SfEngineDevice *device)
{
  g_autofree char *size = g_format_size_full (device->memory_bytes, G_FORMAT_SIZE_IEC_UNITS);

  return g_strdup_printf ("%s · %s", device->name, size);
}

/* Of the device that is chosen, or would be. */
static void
show_features (SfPreferences *self, guint position)
{
  static const struct
  {
    const char *feature;
    const char *name;
  } names[] = {
    { "half storage", N_ ("half precision in memory") },
    { "half arithmetic", N_ ("half precision arithmetic") },
    { "cooperative matrix", N_ ("matrix units") },
    { "memory budget", N_ ("tells what is free") },
  };
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->devices == NULL || self->devices->len == 0)
    return;

  const SfEngineDevice *device = self->devices->pdata[position > 0 ? position - 1 : 0];
  g_string_append (text, device->driver);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strv_contains ((const char *const *) device->features, names[i].feature))
      g_string_append_printf (text, " · %s", _ (names[i].name));
  if (device->problem != NULL)
    g_string_append_printf (text, " · %s", device->problem);
  adw_action_row_set_subtitle (self->features_row, text->str);
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
  show_features (self, position);
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
  show_features (self, position);
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
file_name_changed_cb (SfPreferences *self)
{
  g_autoptr (SfRequest) request = NULL;
  g_autofree char *stem = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree char *example = NULL;

  if (self->settings == NULL)
    return;
  request = sf_settings_dup_request (self->settings);
  stem = sf_file_name_expand (gtk_editable_get_text (self->file_name_row), request);
  parts = g_strsplit (stem, SF_FILE_NAME_NUMBER, -1);
  example = g_strjoinv ("00001", parts);
  /* Translators: the first %s is a list of words such as [seed], the second the name of a file */
  text = g_strdup_printf (_ ("File names may have %s in them, and look like %s.png"),
                          sf_file_name_list_words (), example);
  adw_preferences_group_set_description (self->pictures_group, text);
}

static gboolean
nick_to_position (GValue *value, GVariant *variant, gpointer user_data)
{
  const char *const *nicks = user_data;

  for (guint i = 0; nicks[i] != NULL; i++)
    if (g_str_equal (nicks[i], g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
position_to_nick (const GValue *value, const GVariantType *type, gpointer user_data)
{
  const char *const *nicks = user_data;

  return g_variant_new_string (nicks[g_value_get_uint (value)]);
}

static void
bind_choice (SfPreferences *self, const char *key, AdwComboRow *row, const char *const *nicks)
{
  g_settings_bind_with_mapping (self->settings, key, row, "selected", G_SETTINGS_BIND_DEFAULT,
                                nick_to_position, position_to_nick, (gpointer) nicks, NULL);
}

/* What a kind of preview costs, and what it needs. */
static void
preview_changed_cb (SfPreferences *self)
{
  static const char *const notes[] = {
    N_ ("The picture shows when it is done"),
    N_ ("Costs nothing, and is blurred"),
    N_ ("Costs little, and is nearly sharp"),
    N_ ("Costs time with each preview, and is sharp"),
  };
  guint kind = adw_combo_row_get_selected (self->preview_row);
  g_autoptr (SfRequest) request = NULL;

  if (self->settings == NULL || kind >= G_N_ELEMENTS (notes))
    return;
  request = sf_settings_dup_request (self->settings);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->preview_row),
                               g_str_equal (previews[kind], "better")
                                       && request->preview != SF_PREVIEW_TAESD
                                   ? _ ("Fast, as long as no tiny decoder is chosen")
                                   : _ (notes[kind]));
  gtk_widget_set_visible (GTK_WIDGET (self->tiny_decoder_row),
                          g_str_equal (previews[kind], "better"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->preview_every_row), kind > 0);
}

static void
connect_rows (SfPreferences *self)
{
  g_autofree char *folder = sf_library_dup_default_folder ();

  bind_choice (self, "preview", self->preview_row, previews);
  bind_choice (self, "memory", self->memory_row, memories);
  bind_choice (self, "precision", self->precision_row, precisions);
  sf_compatibility_row_connect (self->compatibility_row, self->settings);
  sf_path_row_connect (self->pictures_row, self->settings, "pictures-folder", folder);
  sf_path_row_connect (self->embeddings_row, self->settings, "embeddings-folder", _ ("No folder"));
  sf_path_row_connect (self->wildcards_row, self->settings, "wildcards-folder", _ ("No folder"));
  sf_path_row_connect (self->tiny_decoder_row, self->settings, "tiny-decoder", _ ("No file"));
  g_settings_bind (self->settings, "preview-every", self->preview_every, "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "file-name", self->file_name_row, "text",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "metadata", self->metadata_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "notify", self->notify_switch, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (self->settings, "changed::tiny-decoder", G_CALLBACK (preview_changed_cb),
                           self, G_CONNECT_SWAPPED);
  preview_changed_cb (self);
  file_name_changed_cb (self);
}

SfPreferences *
sf_preferences_new (GtkWindow *parent, GSettings *settings)
{
  SfPreferences *self = g_object_new (SF_TYPE_PREFERENCES, "transient-for", parent, "modal", TRUE,
                                      NULL);

  self->settings = g_object_ref (settings);
  connect_rows (self);
  sf_devices_list_async (self, devices_listed_cb, NULL);
  return self;
}

static void
sf_preferences_dispose (GObject *object)
{
  SfPreferences *self = SF_PREFERENCES (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->devices, g_ptr_array_unref);
  G_OBJECT_CLASS (sf_preferences_parent_class)->dispose (object);
}

static void
sf_preferences_class_init (SfPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (SF_TYPE_COMPATIBILITY_ROW);
  g_type_ensure (SF_TYPE_PATH_ROW);

  G_OBJECT_CLASS (klass)->dispose = sf_preferences_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, device_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, device_titles);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, features_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, memory_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, precision_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, compatibility_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, pictures_group);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, pictures_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, file_name_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, metadata_switch);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, notify_switch);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, embeddings_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, wildcards_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, preview_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, tiny_decoder_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, preview_every_row);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, preview_every);
  gtk_widget_class_bind_template_child (widget_class, SfPreferences, preview_every_spin);
  gtk_widget_class_bind_template_callback (widget_class, device_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, file_name_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, preview_changed_cb);
}

static void
sf_preferences_init (SfPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sf_calm_ignore_wheel (GTK_WIDGET (self->preview_every_spin));
}
