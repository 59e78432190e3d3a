/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-model-row.h"

#include "engine/sfumato.h"
#include "sf-file-chooser.h"

#include <glib/gi18n.h>

struct _SfModelRow
{
  AdwActionRow parent_instance;

  GtkMenuButton *menu_button;
  GtkListBox *list;

  char *model;
  char *good_model; /* the last that could be read */
  guint native_size;
  GCancellable *cancellable;
  GtkFileChooserNative *chooser;
  SfModelIndex *models;
  GListModel *usable; /* of SfModelItem */
};

enum
{
  PROP_0,
  PROP_MODEL,
  PROP_NATIVE_SIZE,
  N_PROPS
};

enum
{
  FAILED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfModelRow, sf_model_row, ADW_TYPE_ACTION_ROW)

static void set_model (SfModelRow *self, const char *model);

static gboolean
is_starter (SfModelRow *self)
{
  return *self->model == '\0';
}

static void
inspect_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const char *model = task_data;
  GError *error = NULL;
  g_autofree char *path = sf_engine_find_model (*model != '\0' ? model : NULL, &error);
  SfModelInfo *info = NULL;

  if (path != NULL)
    info = sf_engine_inspect (path, cancellable, &error);
  if (info != NULL && info->refusal != NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s", info->refusal);
      sf_model_info_free (info);
    }
  else if (info != NULL)
    g_task_return_pointer (task, info, (GDestroyNotify) sf_model_info_free);
  else
    g_task_return_error (task, error);
}

static void
inspected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SfModelRow *self = SF_MODEL_ROW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (SfModelInfo) info = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (info == NULL)
    {
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self), _ ("Cannot be used"));
      g_signal_emit (self, signals[FAILED], 0, error);
      if (self->good_model != NULL && !g_str_equal (self->good_model, self->model))
        set_model (self, self->good_model);
      return;
    }

  /* Translators: a model: its name, its family, and the size of the pictures that suit it */
  g_autofree char *subtitle = g_strdup_printf (_ ("%s · %s · %u pixels"),
                                               is_starter (self) ? _ ("Starter") : info->name,
                                               info->family, info->native_size);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), info->path);
  g_free (self->good_model);
  self->good_model = g_strdup (self->model);
  self->native_size = info->native_size;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NATIVE_SIZE]);
}

static void
set_model (SfModelRow *self, const char *model)
{
  g_autofree char *old = g_steal_pointer (&self->model);

  self->model = g_strdup (model);
  if (g_strcmp0 (old, model) == 0)
    return;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();

  g_autofree char *name = g_path_get_basename (model);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), is_starter (self) ? _ ("Starter") : name);

  g_autoptr (GTask) task = g_task_new (self, self->cancellable, inspected_cb, NULL);
  g_task_set_task_data (task, g_strdup (model), g_free);
  g_task_run_in_thread (task, inspect_thread);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

static void
chosen_cb (SfModelRow *self, int response)
{
  g_autofree char *path = sf_file_chooser_take_path (&self->chooser, response);

  if (path != NULL)
    set_model (self, path);
}

static void
show_chooser (SfModelRow *self, const char *title, GtkFileChooserAction action)
{
  static const char *const suffixes[] = { "safetensors", "ckpt", "pt", "gguf" };
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_file_filter_set_name (filter, _ ("Models"));
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    gtk_file_filter_add_suffix (filter, suffixes[i]);

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (root), action, NULL, NULL);
  if (action == GTK_FILE_CHOOSER_ACTION_OPEN)
    gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  if (!is_starter (self))
    {
      g_autoptr (GFile) file = g_file_new_for_path (self->model);

      gtk_file_chooser_set_file (GTK_FILE_CHOOSER (self->chooser), file, NULL);
    }
  sf_file_chooser_show (self->chooser, G_CALLBACK (chosen_cb), self);
}

void
sf_model_row_choose (SfModelRow *self)
{
  g_return_if_fail (SF_IS_MODEL_ROW (self));

  gtk_menu_button_popdown (self->menu_button);
  show_chooser (self, _ ("Choose a Model"), GTK_FILE_CHOOSER_ACTION_OPEN);
}

static void
choose_folder_cb (SfModelRow *self)
{
  gtk_menu_button_popdown (self->menu_button);
  show_chooser (self, _ ("Choose the Folder of a Model"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);
}

static void
popdown_cb (SfModelRow *self)
{
  gtk_menu_button_popdown (self->menu_button);
}

static void
row_activated_cb (SfModelRow *self, GtkListBoxRow *row)
{
  g_autoptr (SfModelItem)
      item = g_list_model_get_item (self->usable, (guint) gtk_list_box_row_get_index (row));

  gtk_menu_button_popdown (self->menu_button);
  set_model (self, sf_model_item_get_setting (item));
}

static gboolean
is_choosable (gpointer item, gpointer user_data)
{
  return sf_model_item_get_record (item)->kind == SF_MODEL_KIND_CHECKPOINT
         && sf_model_item_is_usable (item);
}

static GtkWidget *
create_choice (gpointer item, gpointer user_data)
{
  const SfModelRecord *record = sf_model_item_get_record (item);
  const char *name = record->is_starter ? _ ("Starter model") : record->name;
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), record->family);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_widget_set_tooltip_text (row, record->path);
  return row;
}

void
sf_model_row_set_models (SfModelRow *self, SfModelIndex *models)
{
  g_return_if_fail (SF_IS_MODEL_ROW (self));
  g_return_if_fail (self->models == NULL);

  self->models = g_object_ref (models);
  self->usable = G_LIST_MODEL (
      gtk_filter_list_model_new (g_object_ref (sf_model_index_get_items (models)),
                                 GTK_FILTER (gtk_custom_filter_new (is_choosable, NULL, NULL))));
  gtk_list_box_bind_model (self->list, self->usable, create_choice, NULL, NULL);
}

static void
sf_model_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfModelRow *self = SF_MODEL_ROW (object);

  switch (id)
    {
    case PROP_MODEL:
      g_value_set_string (value, self->model);
      break;
    case PROP_NATIVE_SIZE:
      g_value_set_uint (value, self->native_size);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_model_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SfModelRow *self = SF_MODEL_ROW (object);

  switch (id)
    {
    case PROP_MODEL:
      set_model (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_model_row_dispose (GObject *object)
{
  SfModelRow *self = SF_MODEL_ROW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_object (&self->usable);
  g_clear_object (&self->models);
  G_OBJECT_CLASS (sf_model_row_parent_class)->dispose (object);
}

static void
sf_model_row_finalize (GObject *object)
{
  SfModelRow *self = SF_MODEL_ROW (object);

  g_free (self->model);
  g_free (self->good_model);
  G_OBJECT_CLASS (sf_model_row_parent_class)->finalize (object);
}

static void
sf_model_row_class_init (SfModelRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = sf_model_row_get_property;
  object_class->set_property = sf_model_row_set_property;
  object_class->dispose = sf_model_row_dispose;
  object_class->finalize = sf_model_row_finalize;

  properties[PROP_MODEL] = g_param_spec_string ("model", NULL, NULL, "",
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                    | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_NATIVE_SIZE] = g_param_spec_uint ("native-size", NULL, NULL, 0, G_MAXUINT, 0,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[FAILED] = g_signal_new ("failed", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-model-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SfModelRow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, SfModelRow, list);
  gtk_widget_class_bind_template_callback (widget_class, sf_model_row_choose);
  gtk_widget_class_bind_template_callback (widget_class, choose_folder_cb);
  gtk_widget_class_bind_template_callback (widget_class, popdown_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
sf_model_row_init (SfModelRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
