/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-path-row.h"

#include "sf-file-chooser.h"
#include "sf-shown-path.h"

struct _SfPathRow
{
  AdwActionRow parent_instance;

  GtkWidget *reset_button;
  GtkWidget *choose_button;

  gboolean is_folder;
  GSettings *settings;
  char *key;
  char *fallback;
  GtkFileChooserNative *chooser;
};

enum
{
  PROP_0,
  PROP_FOLDER,
  PROP_RESET_LABEL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SfPathRow, sf_path_row, ADW_TYPE_ACTION_ROW)

static void
show (SfPathRow *self)
{
  g_autofree char *path = g_settings_get_string (self->settings, self->key);
  const gboolean chosen = *path != '\0';
  g_autofree char *shown = sf_shown_path (chosen ? path : self->fallback);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), shown);
  gtk_widget_set_visible (self->reset_button, chosen);
}

static void
chosen_cb (SfPathRow *self, int response)
{
  g_autofree char *path = sf_file_chooser_take_path (&self->chooser, response);

  if (path != NULL)
    g_settings_set_string (self->settings, self->key, path);
}

static void
choose_cb (SfPathRow *self)
{
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));
  g_autofree char *chosen = g_settings_get_string (self->settings, self->key);
  const char *path = *chosen != '\0' ? chosen : self->fallback;
  GtkFileChooserAction action = self->is_folder ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER
                                                : GTK_FILE_CHOOSER_ACTION_OPEN;

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (title,
                                               GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                               action, NULL, NULL);
  if (g_path_is_absolute (path))
    {
      g_autoptr (GFile) file = g_file_new_for_path (path);

      gtk_file_chooser_set_file (GTK_FILE_CHOOSER (self->chooser), file, NULL);
    }
  sf_file_chooser_show (self->chooser, G_CALLBACK (chosen_cb), self);
}

static void
reset_cb (SfPathRow *self)
{
  g_settings_reset (self->settings, self->key);
}

/* Several rows have the same two buttons. */
static void
name_button (SfPathRow *self, GtkWidget *button, const char *label)
{
  g_autofree char *name =
      g_strdup_printf ("%s: %s", adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)), label);

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

void
sf_path_row_connect (SfPathRow *self, GSettings *settings, const char *key, const char *fallback)
{
  g_return_if_fail (SF_IS_PATH_ROW (self));
  g_return_if_fail (self->settings == NULL);

  g_autofree char *signal = g_strdup_printf ("changed::%s", key);

  self->settings = g_object_ref (settings);
  self->key = g_strdup (key);
  self->fallback = g_strdup (fallback);
  g_signal_connect_object (settings, signal, G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  name_button (self, self->reset_button, gtk_widget_get_tooltip_text (self->reset_button));
  name_button (self, self->choose_button, gtk_widget_get_tooltip_text (self->choose_button));
  show (self);
}

static void
sf_path_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfPathRow *self = SF_PATH_ROW (object);

  switch (id)
    {
    case PROP_FOLDER:
      g_value_set_boolean (value, self->is_folder);
      break;
    case PROP_RESET_LABEL:
      g_value_set_string (value, gtk_widget_get_tooltip_text (self->reset_button));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_path_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SfPathRow *self = SF_PATH_ROW (object);

  switch (id)
    {
    case PROP_FOLDER:
      self->is_folder = g_value_get_boolean (value);
      break;
    case PROP_RESET_LABEL:
      gtk_widget_set_tooltip_text (self->reset_button, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_path_row_dispose (GObject *object)
{
  SfPathRow *self = SF_PATH_ROW (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->chooser);
  G_OBJECT_CLASS (sf_path_row_parent_class)->dispose (object);
}

static void
sf_path_row_finalize (GObject *object)
{
  SfPathRow *self = SF_PATH_ROW (object);

  g_free (self->key);
  g_free (self->fallback);
  G_OBJECT_CLASS (sf_path_row_parent_class)->finalize (object);
}

static void
sf_path_row_class_init (SfPathRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = sf_path_row_get_property;
  object_class->set_property = sf_path_row_set_property;
  object_class->dispose = sf_path_row_dispose;
  object_class->finalize = sf_path_row_finalize;

  properties[PROP_FOLDER] = g_param_spec_boolean ("folder", NULL, NULL, FALSE, flags);
  properties[PROP_RESET_LABEL] = g_param_spec_string ("reset-label", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-path-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SfPathRow, reset_button);
  gtk_widget_class_bind_template_child (widget_class, SfPathRow, choose_button);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_cb);
}

static void
sf_path_row_init (SfPathRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
