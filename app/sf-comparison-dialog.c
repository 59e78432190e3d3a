/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-comparison-dialog.h"

#include "sf-forecast.h"
#include "sf-setting-name.h"

#include <glib/gi18n.h>

struct _SfComparisonDialog
{
  AdwWindow parent_instance;

  AdwComboRow *x_setting;
  GtkEditable *x_values;
  GtkWidget *x_all;
  AdwComboRow *y_setting;
  GtkEditable *y_values;
  GtkWidget *y_all;
  GtkLabel *outlook;
  GtkWidget *compare_button;

  GSettings *settings;
  SfStudio *studio;
  SfRequest *base;
  SfComparison *comparison; /* what is entered, NULL while that is none */
};

enum
{
  ASKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfComparisonDialog, sf_comparison_dialog, ADW_TYPE_WINDOW)

/* NULL: none. The first of the list is "None". */
static const char *
get_setting (AdwComboRow *row)
{
  guint position = adw_combo_row_get_selected (row);

  return position > 0 && position != GTK_INVALID_LIST_POSITION
             ? sf_axis_list_settings ()[position - 1]
             : NULL;
}

/* Whether @axis is what is entered; without a setting it is NULL. */
static gboolean
read_axis (AdwComboRow *row, GtkEditable *values, SfAxis **axis, GError **error)
{
  const char *setting = get_setting (row);

  if (setting == NULL)
    return TRUE;
  *axis = sf_axis_new (setting, gtk_editable_get_text (values), error);
  return *axis != NULL;
}

static char *
describe (SfComparisonDialog *self)
{
  guint n_cells = sf_comparison_get_n_cells (self->comparison);
  double seconds = sf_studio_forecast_comparison (self->studio, self->comparison, 0);
  g_autofree char *count = g_strdup_printf (ngettext ("%u picture", "%u pictures", n_cells),
                                            n_cells);
  g_autofree char *duration = seconds >= 0 ? sf_forecast_describe (seconds) : NULL;

  return duration != NULL ? g_strdup_printf ("%s · %s", count, duration) : g_steal_pointer (&count);
}

static void
show_outlook (SfComparisonDialog *self, const char *text, gboolean wrong)
{
  gtk_label_set_label (self->outlook, text);
  if (wrong)
    gtk_widget_add_css_class (GTK_WIDGET (self->outlook), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->outlook), "error");
  gtk_widget_set_sensitive (self->compare_button, !wrong);
}

/* Settings with a list of choices can be compared by all of them. */
static void
update_all_button (GtkWidget *button, AdwComboRow *row)
{
  const char *setting = get_setting (row);
  const SfRequestField *field = setting != NULL ? sf_request_find_field (setting) : NULL;

  gtk_widget_set_visible (button, field != NULL && field->list_choices != NULL);
}

static void
changed_cb (SfComparisonDialog *self)
{
  g_autoptr (SfAxis) x = NULL;
  g_autoptr (SfAxis) y = NULL;
  g_autoptr (GError) error = NULL;

  if (self->base == NULL)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->x_values), get_setting (self->x_setting) != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->y_values), get_setting (self->y_setting) != NULL);
  update_all_button (self->x_all, self->x_setting);
  update_all_button (self->y_all, self->y_setting);

  g_clear_pointer (&self->comparison, sf_comparison_unref);
  if (read_axis (self->x_setting, self->x_values, &x, &error)
      && read_axis (self->y_setting, self->y_values, &y, &error))
    self->comparison = sf_comparison_new (self->base, x, y, &error);

  g_autofree char *text = self->comparison != NULL ? describe (self) : NULL;
  show_outlook (self, text != NULL ? text : error->message, text == NULL);
}

static void
use_all (AdwComboRow *row, GtkEditable *values)
{
  const SfRequestField *field = sf_request_find_field (get_setting (row));
  const SfNamed *const *choices = field->list_choices ();
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; choices[i] != NULL; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", choices[i]->name);
  gtk_editable_set_text (values, list->str);
}

static void
x_all_cb (SfComparisonDialog *self)
{
  use_all (self->x_setting, self->x_values);
}

static void
y_all_cb (SfComparisonDialog *self)
{
  use_all (self->y_setting, self->y_values);
}

static void
swap_cb (SfComparisonDialog *self)
{
  g_autofree char *x_values = g_strdup (gtk_editable_get_text (self->x_values));
  g_autofree char *y_values = g_strdup (gtk_editable_get_text (self->y_values));
  guint x_setting = adw_combo_row_get_selected (self->x_setting);

  adw_combo_row_set_selected (self->x_setting, adw_combo_row_get_selected (self->y_setting));
  adw_combo_row_set_selected (self->y_setting, x_setting);
  gtk_editable_set_text (self->x_values, y_values);
  gtk_editable_set_text (self->y_values, x_values);
}

static void
compare_cb (SfComparisonDialog *self)
{
  if (self->comparison == NULL)
    return;
  g_signal_emit (self, signals[ASKED], 0, self->comparison);
  gtk_window_close (GTK_WINDOW (self));
}

static gboolean
name_to_position (GValue *value, GVariant *variant, gpointer user_data)
{
  const char *const *names = sf_axis_list_settings ();

  g_value_set_uint (value, 0);
  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i + 1);
  return TRUE;
}

static GVariant *
position_to_name (const GValue *value, const GVariantType *type, gpointer user_data)
{
  guint position = g_value_get_uint (value);

  return g_variant_new_string (position > 0 ? sf_axis_list_settings ()[position - 1] : "");
}

static void
bind (SfComparisonDialog *self, const char *key, AdwComboRow *row, const char *values_key,
      GtkEditable *values)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  gtk_string_list_append (titles, C_ ("setting", "None"));
  for (const char *const *names = sf_axis_list_settings (); *names != NULL; names++)
    gtk_string_list_append (titles, sf_setting_name (*names));
  adw_combo_row_set_model (row, G_LIST_MODEL (titles));
  g_settings_bind_with_mapping (self->settings, key, row, "selected", G_SETTINGS_BIND_DEFAULT,
                                name_to_position, position_to_name, NULL, NULL);
  g_settings_bind (self->settings, values_key, values, "text", G_SETTINGS_BIND_DEFAULT);
}

SfComparisonDialog *
sf_comparison_dialog_new (GtkWindow *parent, GSettings *settings, SfStudio *studio,
                          const SfRequest *base)
{
  SfComparisonDialog *self = g_object_new (SF_TYPE_COMPARISON_DIALOG, "transient-for", parent,
                                           NULL);

  self->settings = g_object_ref (settings);
  self->studio = g_object_ref (studio);
  bind (self, "comparison-x", self->x_setting, "comparison-x-values", self->x_values);
  bind (self, "comparison-y", self->y_setting, "comparison-y-values", self->y_values);
  self->base = sf_request_copy (base);
  changed_cb (self);
  return self;
}

static void
sf_comparison_dialog_dispose (GObject *object)
{
  SfComparisonDialog *self = SF_COMPARISON_DIALOG (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->studio);
  g_clear_pointer (&self->base, sf_request_free);
  g_clear_pointer (&self->comparison, sf_comparison_unref);
  G_OBJECT_CLASS (sf_comparison_dialog_parent_class)->dispose (object);
}

static void
sf_comparison_dialog_class_init (SfComparisonDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sf_comparison_dialog_dispose;

  signals[ASKED] = g_signal_new ("asked", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/sfumato/Sfumato/sf-comparison-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SfComparisonDialog, x_setting);
  gtk_widget_class_bind_template_child (widget_class, SfComparisonDialog, x_values);
  gtk_widget_class_bind_template_child (widget_class, SfComparisonDialog, x_all);
  gtk_widget_class_bind_template_child (widget_class, SfComparisonDialog, y_setting);
  gtk_widget_class_bind_template_child (widget_class, SfComparisonDialog, y_values);
  gtk_widget_class_bind_template_child (widget_class, SfComparisonDialog, y_all);
  gtk_widget_class_bind_template_child (widget_class, SfComparisonDialog, outlook);
  gtk_widget_class_bind_template_child (widget_class, SfComparisonDialog, compare_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, x_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, y_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, swap_cb);
  gtk_widget_class_bind_template_callback (widget_class, compare_cb);
}

static void
sf_comparison_dialog_init (SfComparisonDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
