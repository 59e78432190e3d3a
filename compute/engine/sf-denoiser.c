/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-denoiser.h"

#include "samplers/sf-guidance.h"

#include <string.h>

SfPrediction
sf_denoiser_choose_prediction (const SfModelConfig *config, const SfRequest *request)
{
  switch (request->prediction)
    {
    case SF_PREDICTION_CHOICE_EPSILON:
      return SF_PREDICTION_EPSILON;
    case SF_PREDICTION_CHOICE_V:
      return SF_PREDICTION_V;
    case SF_PREDICTION_CHOICE_AUTO:
      break;
    }

  return config->family.predicts_v ? SF_PREDICTION_V : SF_PREDICTION_EPSILON;
}

void
sf_denoiser_init (SfDenoiser *self, SfModel *model, const SfConditioning *conditioning,
                  const SfRequest *request, guint height, guint width, GCancellable *cancellable)
{
  const SfModelConfig *config = sf_model_get_config (model);
  const guint channels = config->unet.out_channels;

  *self = (SfDenoiser){
    .model = model,
    .conditioning = conditioning,
    .prediction = sf_denoiser_choose_prediction (config, request),
    .guidance = request->guidance,
    .guidance_rescale = request->guidance_rescale,
    .step_cache = request->step_cache,
    .memories = g_ptr_array_new_with_free_func (g_free),
    .cancellable = cancellable,
    .answers = sf_array (sf_conditioning_get_n_entries (conditioning), channels, height, width),
    .guided = sf_array (1, channels, height, width),
  };
}

void
sf_denoiser_clear (SfDenoiser *self)
{
  g_clear_pointer (&self->memories, g_ptr_array_unref);
  g_clear_pointer (&self->answers, sf_array_unref);
  g_clear_pointer (&self->guided, sf_array_unref);
}

/* Fills in the answers of a pass's entries. @memory may be NULL. */
static gboolean
run_pass (SfDenoiser *self, const SfConditioningPass *pass, gpointer *memory, const SfArray *x,
          double sigma, double t, GError **error)
{
  g_autoptr (SfArray) input = sf_array (pass->n_entries, x->dims[1], x->dims[2], x->dims[3]);
  g_autofree double *timesteps = g_new (double, pass->n_entries);
  g_autoptr (SfArray) answer = NULL;

  for (guint i = 0; i < pass->n_entries; i++)
    timesteps[i] = t;
  sf_prediction_fill_input (x, sigma, input);
  answer = sf_model_run_unet_with_memory (self->model, input, timesteps, pass->context, memory,
                                          self->cancellable, error);
  if (answer == NULL)
    return FALSE;

  for (guint i = 0; i < pass->n_entries; i++)
    memcpy (self->answers->data + pass->entries[i] * self->guided->n_values,
            answer->data + i * self->guided->n_values, self->guided->n_values * sizeof (float));

  return TRUE;
}

/* What the passes answered, guided: in self->guided, or the one answer there is. */
static const SfArray *
guide (SfDenoiser *self)
{
  const guint n_parts = sf_conditioning_get_n_entries (self->conditioning) - 1;
  g_autoptr (SfArray) conditional = NULL;

  if (!sf_conditioning_has_unconditional (self->conditioning))
    return self->answers;

  sf_guidance_combine (self->answers, sf_conditioning_get_weights (self->conditioning), n_parts,
                       self->guidance, self->guided);
  if (self->guidance_rescale > 0.0)
    {
      const gsize n_values = self->guided->n_values;

      conditional = sf_array_new (self->guided->n_dims, self->guided->dims);
      memcpy (conditional->data, self->answers->data + n_values, n_values * sizeof (float));
      sf_guidance_rescale (self->guided, conditional, self->guidance_rescale);
    }

  return self->guided;
}

/* Forgets the deep blocks' answers where this call is to run them. */
static void
refresh_memories (SfDenoiser *self, const SfConditioningPass *passes, guint n_passes)
{
  if (self->n_calls % self->step_cache != 0 && passes == self->remembered)
    return;

  g_ptr_array_set_size (self->memories, 0);
  g_ptr_array_set_size (self->memories, (gint) n_passes);
  self->remembered = passes;
}

gboolean
sf_denoiser_run (SfDenoiser *self, const SfArray *x, double sigma, double t, SfArray *denoised,
                 GError **error)
{
  guint n_passes;
  const SfConditioningPass *passes = sf_conditioning_get_passes (self->conditioning, self->n_calls,
                                                                 &n_passes);

  refresh_memories (self, passes, n_passes);
  for (guint i = 0; i < n_passes; i++)
    if (!run_pass (self, &passes[i],
                   self->step_cache > 1 ? &g_ptr_array_index (self->memories, i) : NULL, x, sigma,
                   t, error))
      return FALSE;

  self->n_calls++;
  sf_prediction_to_denoised (self->prediction, x, sigma, guide (self), denoised);
  return TRUE;
}
