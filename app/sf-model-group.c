/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-model-group.h"

#include "sf-model-file-row.h"

#include <glib/gi18n.h>

#define AT_ONCE 50

struct _SfModelGroup
{
  AdwPreferencesGroup parent_instance;

  GtkListBox *list;
  GtkButton *more_button;

  GSettings *settings;
  GListModel *all;
  GtkSliceListModel *shown;
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfModelGroup, sf_model_group, ADW_TYPE_PREFERENCES_GROUP)

static const char *
get_title (SfModelKind kind)
{
  switch (kind)
    {
    case SF_MODEL_KIND_CHECKPOINT:
      return C_ ("models", "Models");
    case SF_MODEL_KIND_VAE:
      return C_ ("models", "VAEs");
    case SF_MODEL_KIND_TAESD:
      return C_ ("models", "Tiny Decoders for Previews");
    case SF_MODEL_KIND_TEXT_ENCODER:
      return C_ ("models", "Text Encoders");
    case SF_MODEL_KIND_LORA:
      return C_ ("models", "LoRAs");
    case SF_MODEL_KIND_EMBEDDING:
      return C_ ("models", "Embeddings");
    case SF_MODEL_KIND_CONTROLNET:
      return C_ ("models", "ControlNets");
    case SF_MODEL_KIND_UPSCALER:
      return C_ ("models", "Upscalers");
    default:
      return C_ ("models", "Other Files");
    }
}

static const char *
get_description (SfModelKind kind)
{
  if (kind == SF_MODEL_KIND_EMBEDDING)
    return _ ("Prompts know the embeddings of the folder that is in use by their names");
  return NULL;
}

static gboolean
is_of_kind (gpointer item, gpointer user_data)
{
  return sf_model_item_get_record (item)->kind == GPOINTER_TO_UINT (user_data);
}

static void
update (SfModelGroup *self)
{
  const guint n_items = g_list_model_get_n_items (self->all);
  const guint n_shown = gtk_slice_list_model_get_size (self->shown);
  g_autofree char *label = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), n_items > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->more_button), n_items > n_shown);
  if (n_items <= n_shown)
    return;
  label = g_strdup_printf (ngettext ("Show %u More", "Show %u More", n_items - n_shown),
                           n_items - n_shown);
  gtk_button_set_label (self->more_button, label);
}

static void
more_cb (SfModelGroup *self)
{
  gtk_slice_list_model_set_size (self->shown,
                                 gtk_slice_list_model_get_size (self->shown) + 4 * AT_ONCE);
  update (self);
}

static void
chosen_cb (SfModelGroup *self, SfModelItem *item)
{
  g_signal_emit (self, signals[CHOSEN], 0, item);
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  SfModelGroup *self = user_data;
  GtkWidget *row = sf_model_file_row_new (item, self->settings);

  g_signal_connect_object (row, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  return row;
}

GtkWidget *
sf_model_group_new (SfModelKind kind, SfModelIndex *index, GSettings *settings)
{
  SfModelGroup *self = g_object_new (SF_TYPE_MODEL_GROUP, NULL);
  GtkFilter *filter = GTK_FILTER (
      gtk_custom_filter_new (is_of_kind, GUINT_TO_POINTER (kind), NULL));

  self->settings = g_object_ref (settings);
  self->all = G_LIST_MODEL (
      gtk_filter_list_model_new (g_object_ref (sf_model_index_get_items (index)), filter));
  self->shown = gtk_slice_list_model_new (g_object_ref (self->all), 0, AT_ONCE);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), get_title (kind));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), get_description (kind));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  get_title (kind), -1);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->shown), create_row, self, NULL);
  g_signal_connect_object (self->all, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

static void
sf_model_group_dispose (GObject *object)
{
  SfModelGroup *self = SF_MODEL_GROUP (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->shown);
  g_clear_object (&self->all);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (sf_model_group_parent_class)->dispose (object);
}

static void
sf_model_group_class_init (SfModelGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sf_model_group_dispose;

  signals[CHOSEN] = g_signal_new ("chosen", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, SF_TYPE_MODEL_ITEM);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-model-group.ui");
  gtk_widget_class_bind_template_child (widget_class, SfModelGroup, list);
  gtk_widget_class_bind_template_child (widget_class, SfModelGroup, more_button);
  gtk_widget_class_bind_template_callback (widget_class, more_cb);
}

static void
sf_model_group_init (SfModelGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
