/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-model-file-row.h"

#include "sf-compat.h"
#include "sf-model-settings.h"

#include <glib/gi18n.h>

#define HASH_DIGITS 10 /* as other programs show it */

struct _SfModelFileRow
{
  GtkListBoxRow parent_instance;

  GtkWidget *warning;
  GtkLabel *name_label;
  GtkLabel *family_label;
  GtkLabel *reason_label;
  GtkLabel *facts_label;
  GtkButton *use_button;
  GtkMenuButton *menu_button;

  SfModelItem *item;
  GSettings *settings;
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfModelFileRow, sf_model_file_row, GTK_TYPE_LIST_BOX_ROW)

static void
add_fact (GString *facts, const char *fact)
{
  if (fact == NULL)
    return;
  if (facts->len > 0)
    g_string_append (facts, " · ");
  g_string_append (facts, fact);
}

static char *
describe_last_used (gint64 seconds)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (seconds);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = NULL;

  if (seconds <= 0 || when == NULL)
    return NULL;
  if (g_date_time_get_year (when) == g_date_time_get_year (now)
      && g_date_time_get_day_of_year (when) == g_date_time_get_day_of_year (now))
    return g_strdup (_ ("used today"));
  day = g_date_time_format (when, "%x");
  /* Translators: %s is a date */
  return g_strdup_printf (_ ("used on %s"), day);
}

static void
update (SfModelFileRow *self)
{
  const SfModelRecord *record = sf_model_item_get_record (self->item);
  const char *hash = sf_model_item_get_hash (self->item);
  const gboolean is_chosen = sf_model_settings_is_chosen (self->settings, self->item);
  const gboolean is_checkpoint = record->kind == SF_MODEL_KIND_CHECKPOINT;
  g_autofree char *size = g_format_size (record->n_bytes);
  g_autofree char *digits = hash != NULL ? g_strndup (hash, HASH_DIGITS) : NULL;
  g_autofree char *used = describe_last_used (sf_model_item_get_last_used (self->item));
  g_autoptr (GString) facts = g_string_new (NULL);

  add_fact (facts, size);
  add_fact (facts, record->precision);
  add_fact (facts, record->is_folder ? _ ("folder") : NULL);
  add_fact (facts, digits);
  add_fact (facts, used);
  gtk_label_set_label (self->facts_label, facts->str);
  gtk_button_set_label (self->use_button, !is_chosen      ? _ ("Use")
                                          : is_checkpoint ? _ ("In Use")
                                                          : _ ("Stop Using"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->use_button), !(is_chosen && is_checkpoint));
}

static void
use_cb (SfModelFileRow *self)
{
  sf_model_settings_choose (self->settings, self->item);
  g_signal_emit (self, signals[CHOSEN], 0, self->item);
}

static void
show_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SfModelFileRow *self = SF_MODEL_FILE_ROW (widget);

  sf_compat_show_in_folder (GTK_WINDOW (gtk_widget_get_root (widget)),
                            sf_model_item_get_record (self->item)->path);
}

static void
copy_hash_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          sf_model_item_get_hash (SF_MODEL_FILE_ROW (widget)->item));
}

static void
copy_path_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          sf_model_item_get_record (SF_MODEL_FILE_ROW (widget)->item)->path);
}

static void
hash_cb (SfModelFileRow *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "model.copy-hash",
                                 sf_model_item_get_hash (self->item) != NULL);
  update (self);
}

/* A button's name tells of which model it is. */
static void
name_buttons (SfModelFileRow *self, const char *name)
{
  g_autofree char *more = g_strdup_printf (_ ("More about %s"), name);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->use_button),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  more, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

GtkWidget *
sf_model_file_row_new (SfModelItem *item, GSettings *settings)
{
  SfModelFileRow *self = g_object_new (SF_TYPE_MODEL_FILE_ROW, NULL);
  const SfModelRecord *record = sf_model_item_get_record (item);
  const char *name = record->is_starter ? _ ("Starter model") : record->name;

  self->item = g_object_ref (item);
  self->settings = g_object_ref (settings);
  gtk_label_set_label (self->name_label, name);
  gtk_label_set_label (self->family_label, record->family != NULL ? record->family : "");
  gtk_widget_set_visible (GTK_WIDGET (self->family_label), record->family != NULL);
  gtk_label_set_label (self->reason_label, record->refusal != NULL ? record->refusal : "");
  gtk_widget_set_visible (GTK_WIDGET (self->reason_label), record->refusal != NULL);
  gtk_widget_set_visible (self->warning, record->refusal != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->use_button), sf_model_settings_can_choose (item));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name_label), record->path);
  name_buttons (self, name);

  g_signal_connect_object (item, "notify::hash", G_CALLBACK (hash_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::last-used", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  hash_cb (self);
  return GTK_WIDGET (self);
}

static void
sf_model_file_row_dispose (GObject *object)
{
  SfModelFileRow *self = SF_MODEL_FILE_ROW (object);

  g_clear_object (&self->item);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (sf_model_file_row_parent_class)->dispose (object);
}

static void
sf_model_file_row_class_init (SfModelFileRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sf_model_file_row_dispose;

  signals[CHOSEN] = g_signal_new ("chosen", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, SF_TYPE_MODEL_ITEM);

  gtk_widget_class_install_action (widget_class, "model.show", NULL, show_action);
  gtk_widget_class_install_action (widget_class, "model.copy-hash", NULL, copy_hash_action);
  gtk_widget_class_install_action (widget_class, "model.copy-path", NULL, copy_path_action);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-model-file-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SfModelFileRow, warning);
  gtk_widget_class_bind_template_child (widget_class, SfModelFileRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, SfModelFileRow, family_label);
  gtk_widget_class_bind_template_child (widget_class, SfModelFileRow, reason_label);
  gtk_widget_class_bind_template_child (widget_class, SfModelFileRow, facts_label);
  gtk_widget_class_bind_template_child (widget_class, SfModelFileRow, use_button);
  gtk_widget_class_bind_template_child (widget_class, SfModelFileRow, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, use_cb);
}

static void
sf_model_file_row_init (SfModelFileRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
