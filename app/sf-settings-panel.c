/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-settings-panel.h"

#include "sf-calm.h"
#include "sf-compatibility-row.h"
#include "sf-completion-loader.h"
#include "sf-forecast.h"
#include "sf-model-row.h"
#include "sf-prompt-view.h"
#include "sf-seed-row.h"
#include "sf-settings.h"
#include "sf-size-row.h"
#include "sf-vae-row.h"
#include "sf-style-row.h"

#include <glib/gi18n.h>

struct _SfSettingsPanel
{
  AdwBin parent_instance;

  SfPromptView *prompt;
  SfPromptView *negative;
  GtkExpander *negative_expander;
  SfSizeRow *size_row;
  GtkAdjustment *steps;
  GtkScale *steps_scale;
  GtkSpinButton *steps_spin;
  GtkAdjustment *guidance;
  GtkScale *guidance_scale;
  GtkSpinButton *guidance_spin;
  SfModelRow *model_row;
  SfStyleRow *style_row;
  AdwExpanderRow *advanced_row;
  AdwComboRow *sampler_row;
  AdwComboRow *schedule_row;
  SfVaeRow *vae_row;
  SfSeedRow *seed_row;
  GtkAdjustment *count;
  GtkSpinButton *count_spin;
  AdwComboRow *noise_row;
  SfCompatibilityRow *compatibility_row;
  GtkAdjustment *clip_skip;
  GtkSpinButton *clip_skip_spin;
  GtkAdjustment *step_cache;
  GtkSpinButton *step_cache_spin;
  GtkAdjustment *variation;
  GtkSpinButton *variation_spin;
  SfSeedRow *variation_seed_row;
  GtkStack *button_stack;
  GtkLabel *forecast_label;

  GSettings *settings;
  SfStudio *studio;
  SfPromptStyles *styles;
  SfPromptHistory *history;
  SfPromptHistory *negative_history;
  gboolean loading;       /* completions */
  gboolean needs_loading; /* there are new ones */
};

enum
{
  MODEL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfSettingsPanel, sf_settings_panel, ADW_TYPE_BIN)

static void
update_foot (SfSettingsPanel *self)
{
  gboolean running = sf_studio_is_running (self->studio);
  g_autofree char *text = NULL;

  if (running)
    text = sf_progress_describe (sf_studio_get_progress (self->studio));
  else
    {
      g_autoptr (SfRequest) request = sf_settings_dup_request (self->settings);
      double seconds = sf_studio_forecast (self->studio, request);
      g_autofree char *duration = NULL;

      if (seconds >= 0)
        duration = sf_forecast_describe (seconds);
      /* Translators: %s is a duration, such as "about 4 s" */
      text = duration != NULL ? g_strdup_printf (_ ("Takes %s"), duration)
                              : g_strdup (_ ("Ctrl+Enter"));
    }
  gtk_label_set_label (self->forecast_label, text);
  gtk_stack_set_visible_child_name (self->button_stack, running ? "stop" : "generate");
}

static gboolean
name_to_position (GValue *value, GVariant *variant, gpointer user_data)
{
  const SfNamed *const *choices = user_data;

  for (guint i = 0; choices[i] != NULL; i++)
    if (g_str_equal (choices[i]->name, g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
position_to_name (const GValue *value, const GVariantType *type, gpointer user_data)
{
  const SfNamed *const *choices = user_data;

  return g_variant_new_string (choices[g_value_get_uint (value)]->name);
}

static void
bind_choices (SfSettingsPanel *self, AdwComboRow *row, const char *key,
              const SfNamed *const *choices)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  for (guint i = 0; choices[i] != NULL; i++)
    gtk_string_list_append (titles, choices[i]->title);
  adw_combo_row_set_model (row, G_LIST_MODEL (titles));
  g_settings_bind_with_mapping (self->settings, key, row, "selected", G_SETTINGS_BIND_DEFAULT,
                                name_to_position, position_to_name, (gpointer) choices, NULL);
}

static gboolean
nick_to_position (GValue *value, GVariant *variant, gpointer user_data)
{
  g_value_set_uint (value, g_str_equal (g_variant_get_string (variant, NULL), "philox") ? 1 : 0);
  return TRUE;
}

static GVariant *
position_to_nick (const GValue *value, const GVariantType *type, gpointer user_data)
{
  return g_variant_new_string (g_value_get_uint (value) == 1 ? "philox" : "cpu");
}

static void
load_tokenizer_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  SfTokenizer *tokenizer = sf_tokenizer_new (&error);

  if (tokenizer != NULL)
    g_task_return_pointer (task, tokenizer, (GDestroyNotify) sf_tokenizer_unref);
  else
    g_task_return_error (task, error);
}

static void
tokenizer_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SfSettingsPanel *self = SF_SETTINGS_PANEL (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (SfTokenizer) tokenizer = g_task_propagate_pointer (G_TASK (result), &error);

  if (tokenizer == NULL)
    {
      g_warning ("Prompts cannot be counted: %s", error->message);
      return;
    }
  sf_prompt_view_set_tokenizer (self->prompt, tokenizer);
  sf_prompt_view_set_tokenizer (self->negative, tokenizer);
}

static void
bind_settings (SfSettingsPanel *self)
{
  const struct
  {
    const char *key;
    gpointer object;
    const char *property;
  } bindings[] = {
    { "prompt", self->prompt, "text" },
    { "negative-prompt", self->negative, "text" },
    { "negative-expanded", self->negative_expander, "expanded" },
    { "width", self->size_row, "width" },
    { "height", self->size_row, "height" },
    { "steps", self->steps, "value" },
    { "guidance", self->guidance, "value" },
    { "model", self->model_row, "model" },
    { "advanced-expanded", self->advanced_row, "expanded" },
    { "seed", self->seed_row, "seed" },
    { "seed-locked", self->seed_row, "locked" },
    { "count", self->count, "value" },
    { "clip-skip", self->clip_skip, "value" },
    { "step-cache", self->step_cache, "value" },
    { "variation-strength", self->variation, "value" },
    { "variation-seed", self->variation_seed_row, "seed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++)
    g_settings_bind (self->settings, bindings[i].key, bindings[i].object, bindings[i].property,
                     G_SETTINGS_BIND_DEFAULT);

  sf_compatibility_row_connect (self->compatibility_row, self->settings);
  bind_choices (self, self->sampler_row, "sampler", sf_sampler_list ());
  bind_choices (self, self->schedule_row, "schedule", sf_schedule_list ());
  g_settings_bind_with_mapping (self->settings, "noise", self->noise_row, "selected",
                                G_SETTINGS_BIND_DEFAULT, nick_to_position, position_to_nick, NULL,
                                NULL);
}

static void
completion_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfSettingsPanel) self = user_data;
  g_autoptr (SfCompletion) completion = sf_completion_load_finish (result);

  self->loading = FALSE;
  if (self->settings == NULL) /* closed meanwhile */
    return;
  sf_prompt_view_set_completion (self->prompt, completion);
  sf_prompt_view_set_completion (self->negative, completion);
}

/* When somebody begins to write. */
static void
load_completion (SfSettingsPanel *self)
{
  if (self->loading || !self->needs_loading || self->settings == NULL)
    return;
  self->loading = TRUE;
  self->needs_loading = FALSE;
  sf_completion_load_async (sf_queue_get_library (sf_studio_get_queue (self->studio)),
                            self->settings, completion_loaded_cb, g_object_ref (self));
}

static void
words_changed_cb (SfSettingsPanel *self)
{
  self->needs_loading = TRUE;
}

static void
connect_prompts (SfSettingsPanel *self)
{
  SfLibrary *library = sf_queue_get_library (sf_studio_get_queue (self->studio));

  self->history = sf_prompt_history_new (library, SF_PROMPT_KIND_POSITIVE);
  self->negative_history = sf_prompt_history_new (library, SF_PROMPT_KIND_NEGATIVE);
  sf_prompt_view_set_history (self->prompt, self->history);
  sf_prompt_view_set_history (self->negative, self->negative_history);

  self->needs_loading = TRUE;
  g_signal_connect_object (self->prompt, "notify::text", G_CALLBACK (load_completion), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negative, "notify::text", G_CALLBACK (load_completion), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (library, "changed", G_CALLBACK (words_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::embeddings-folder",
                           G_CALLBACK (words_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::wildcards-folder",
                           G_CALLBACK (words_changed_cb), self, G_CONNECT_SWAPPED);
}

SfRequest *
sf_settings_panel_make_request (SfSettingsPanel *self)
{
  g_return_val_if_fail (SF_IS_SETTINGS_PANEL (self), NULL);

  if (!g_settings_get_boolean (self->settings, "seed-locked"))
    sf_settings_roll_seed (self->settings);
  g_settings_apply (self->settings);

  SfRequest *request = sf_settings_dup_request (self->settings);
  g_auto (GStrv) names = g_settings_get_strv (self->settings, "styles");
  const char *const *styles = (const char *const *) names;
  g_autofree char *prompt = g_steal_pointer (&request->prompt);
  g_autofree char *negative = g_steal_pointer (&request->negative_prompt);

  request->prompt = sf_prompt_styles_apply (self->styles, styles, prompt, FALSE);
  request->negative_prompt = sf_prompt_styles_apply (self->styles, styles, negative, TRUE);
  return request;
}

void
sf_settings_panel_remember_prompts (SfSettingsPanel *self)
{
  g_return_if_fail (SF_IS_SETTINGS_PANEL (self));

  g_autofree char *prompt = g_settings_get_string (self->settings, "prompt");
  g_autofree char *negative = g_settings_get_string (self->settings, "negative-prompt");

  sf_prompt_history_add (self->history, prompt);
  sf_prompt_history_add (self->negative_history, negative);
}

void
sf_settings_panel_connect (SfSettingsPanel *self, GSettings *settings, SfStudio *studio,
                           SfPromptStyles *styles)
{
  g_return_if_fail (SF_IS_SETTINGS_PANEL (self));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  self->studio = g_object_ref (studio);
  self->styles = g_object_ref (styles);
  bind_settings (self);
  sf_style_row_connect (self->style_row, settings, styles);
  connect_prompts (self);

  g_signal_connect_object (settings, "changed", G_CALLBACK (update_foot), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (studio, "progressed", G_CALLBACK (update_foot), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (studio, "notify::running", G_CALLBACK (update_foot), self,
                           G_CONNECT_SWAPPED);
  update_foot (self);

  g_autoptr (GTask) task = g_task_new (self, NULL, tokenizer_loaded_cb, NULL);
  g_task_run_in_thread (task, load_tokenizer_thread);
}

void
sf_settings_panel_set_models (SfSettingsPanel *self, SfModelIndex *models)
{
  g_return_if_fail (SF_IS_SETTINGS_PANEL (self));
  g_return_if_fail (self->settings != NULL);

  sf_model_row_set_models (self->model_row, models);
  sf_vae_row_connect (self->vae_row, self->settings, models);
}

void
sf_settings_panel_choose_model (SfSettingsPanel *self)
{
  g_return_if_fail (SF_IS_SETTINGS_PANEL (self));

  sf_model_row_choose (self->model_row);
}

/* Claims the second press, which would otherwise move the slider to where it is. */
static void
reset_on_double_click (SfSettingsPanel *self, GtkGesture *gesture, int n_press, const char *key)
{
  if (n_press != 2)
    return;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  g_settings_reset (self->settings, key);
}

static void
steps_pressed_cb (SfSettingsPanel *self, int n_press, double x, double y, GtkGesture *gesture)
{
  reset_on_double_click (self, gesture, n_press, "steps");
}

static void
guidance_pressed_cb (SfSettingsPanel *self, int n_press, double x, double y, GtkGesture *gesture)
{
  reset_on_double_click (self, gesture, n_press, "guidance");
}

static void
model_failed_cb (SfSettingsPanel *self, GError *error)
{
  g_signal_emit (self, signals[MODEL_FAILED], 0, error);
}

static gboolean
sf_settings_panel_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (SF_SETTINGS_PANEL (widget)->prompt));
}

static void
sf_settings_panel_dispose (GObject *object)
{
  SfSettingsPanel *self = SF_SETTINGS_PANEL (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->studio);
  g_clear_object (&self->styles);
  G_OBJECT_CLASS (sf_settings_panel_parent_class)->dispose (object);
}

static void
sf_settings_panel_finalize (GObject *object)
{
  SfSettingsPanel *self = SF_SETTINGS_PANEL (object);

  g_clear_pointer (&self->history, sf_prompt_history_free);
  g_clear_pointer (&self->negative_history, sf_prompt_history_free);
  G_OBJECT_CLASS (sf_settings_panel_parent_class)->finalize (object);
}

static void
sf_settings_panel_class_init (SfSettingsPanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (SF_TYPE_COMPATIBILITY_ROW);
  g_type_ensure (SF_TYPE_MODEL_ROW);
  g_type_ensure (SF_TYPE_PROMPT_VIEW);
  g_type_ensure (SF_TYPE_SEED_ROW);
  g_type_ensure (SF_TYPE_SIZE_ROW);
  g_type_ensure (SF_TYPE_VAE_ROW);
  g_type_ensure (SF_TYPE_STYLE_ROW);

  object_class->dispose = sf_settings_panel_dispose;
  object_class->finalize = sf_settings_panel_finalize;
  widget_class->grab_focus = sf_settings_panel_grab_focus;

  signals[MODEL_FAILED] = g_signal_new ("model-failed", G_OBJECT_CLASS_TYPE (klass),
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                        G_TYPE_ERROR);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/sfumato/Sfumato/sf-settings-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, prompt);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, negative);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, negative_expander);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, size_row);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, steps);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, steps_scale);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, steps_spin);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, guidance);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, guidance_scale);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, guidance_spin);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, model_row);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, style_row);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, advanced_row);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, sampler_row);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, schedule_row);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, vae_row);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, seed_row);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, count);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, count_spin);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, noise_row);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, clip_skip);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, clip_skip_spin);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, step_cache);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, step_cache_spin);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, compatibility_row);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, variation);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, variation_spin);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, variation_seed_row);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, button_stack);
  gtk_widget_class_bind_template_child (widget_class, SfSettingsPanel, forecast_label);
  gtk_widget_class_bind_template_callback (widget_class, steps_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, guidance_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, model_failed_cb);
}

static void
sf_settings_panel_init (SfSettingsPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sf_calm_ignore_wheel (GTK_WIDGET (self->steps_scale));
  sf_calm_ignore_wheel (GTK_WIDGET (self->steps_spin));
  sf_calm_ignore_wheel (GTK_WIDGET (self->guidance_scale));
  sf_calm_ignore_wheel (GTK_WIDGET (self->guidance_spin));
  sf_calm_ignore_wheel (GTK_WIDGET (self->count_spin));
  sf_calm_ignore_wheel (GTK_WIDGET (self->clip_skip_spin));
  sf_calm_ignore_wheel (GTK_WIDGET (self->step_cache_spin));
  sf_calm_ignore_wheel (GTK_WIDGET (self->variation_spin));
}
