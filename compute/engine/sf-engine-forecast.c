/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-engine-forecast.h"

#include "engine/sf-conditioning.h"
#include "engine/sf-engine-private.h"
#include "engine/sf-generation.h"
#include "graph/sf-strips.h"

/* Seconds are told where at least so much of them rests on measurements. */
#define LEAST_KNOWN 0.9

typedef struct
{
  SfSession *session;
  const SfRequest *request;
  SfEngineForecast *forecast;
  SfCost *cost;
  double known_seconds;
} Forecaster;

/* Takes note of a network that runs @n_runs times in all. */
static gboolean
add_part (Forecaster *self, const SfPartSize *size, gboolean tiled, double n_runs, double *seconds,
          GError **error)
{
  SfRunCost run;

  if (!sf_model_add_cost (self->session->model, self->cost, size, &run, error))
    return FALSE;

  *seconds += run.seconds;
  self->forecast->activation_bytes += tiled ? MIN (run.arena_bytes, SF_STRIPS_BYTES)
                                            : run.arena_bytes;
  self->forecast->flop += n_runs * run.flop;
  self->forecast->seconds += n_runs * run.seconds;
  self->known_seconds += n_runs * run.seconds * run.known;

  return TRUE;
}

static gboolean
add_text (Forecaster *self, const SfConditioningPass *passes, guint n_passes, GError **error)
{
  const SfModelConfig *config = sf_model_get_config (self->session->model);
  const SfPartSize size = { .part = SF_PART_TEXT,
                            .batch = 1,
                            .tokens = config->clip.positions,
                            .clip_skip = self->request->clip_skip };
  double n_chunks = 0, seconds = 0;

  for (guint i = 0; i < n_passes; i++)
    n_chunks += (double) passes[i].n_entries * passes[i].n_tokens / config->clip.positions;

  return add_part (self, &size, FALSE, n_chunks, &seconds, error);
}

static gboolean
add_passes (Forecaster *self, const SfConditioningPass *passes, guint n_passes, guint n_calls,
            GError **error)
{
  const SfModelConfig *config = sf_model_get_config (self->session->model);

  for (guint i = 0; i < n_passes; i++)
    {
      const SfPartSize size = { .part = SF_PART_UNET,
                                .batch = passes[i].n_entries,
                                .height = self->forecast->height / config->vae.size_factor,
                                .width = self->forecast->width / config->vae.size_factor,
                                .tokens = passes[i].n_tokens };

      if (!add_part (self, &size, FALSE, (double) n_calls * self->request->count,
                     &self->forecast->step_seconds, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
add_decoder (Forecaster *self, GError **error)
{
  const SfModelConfig *config = sf_model_get_config (self->session->model);
  const SfPartSize size = { .part = SF_PART_VAE_DECODER,
                            .batch = 1,
                            .height = self->forecast->height / config->vae.size_factor,
                            .width = self->forecast->width / config->vae.size_factor };

  self->forecast->tiled = sf_model_tiles (self->session->model, &size,
                                          sf_session_choose_tiling (self->request->vae_tiling));
  return add_part (self, &size, self->forecast->tiled, self->request->count,
                   &self->forecast->decode_seconds, error);
}

static gboolean
forecast_opened (Forecaster *self, GError **error)
{
  const SfModelConfig *config = sf_model_get_config (self->session->model);
  g_autoptr (SfSamplerPlan) plan = sf_generation_plan (self->request, config, error);
  g_autoptr (SfConditioning) conditioning = NULL;
  const SfConditioningPass *passes;
  guint n_passes;

  if (plan == NULL)
    return FALSE;
  conditioning = sf_conditioning_new (self->session, self->request, plan->n_model_calls,
                                      self->request->seed, error);
  if (conditioning == NULL)
    return FALSE;

  passes = sf_conditioning_get_passes (conditioning, 0, &n_passes);
  return add_text (self, passes, n_passes, error)
         && add_passes (self, passes, n_passes, plan->n_model_calls, error)
         && add_decoder (self, error);
}

typedef struct
{
  const SfRequest *request;
  SfEngineForecast *forecast;
} Job;

static gpointer
run_forecast_job (SfSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Job *job = data;
  const SfRequest *request = job->request;
  SfEngineForecast *forecast = job->forecast;
  Forecaster self = { .session = session, .request = request, .forecast = forecast };
  g_autoptr (SfCost) cost = NULL;

  *forecast = (SfEngineForecast){ 0 };
  if (!sf_session_open_painter (session,
                                &(SfModelSource){ .model = request->model,
                                                  .vae = request->vae,
                                                  .taesd = request->taesd,
                                                  .precision = request->precision },
                                error)
      || !sf_session_choose_size (session, request->width, request->height, &forecast->width,
                                  &forecast->height, error))
    return NULL;

  self.cost = cost = sf_model_new_cost (session->model);
  if (!forecast_opened (&self, error))
    return NULL;

  forecast->weight_bytes = sf_cost_get_weight_bytes (cost);
  forecast->available_bytes = sf_device_get_info (session->device)->memory_bytes;
  if (self.known_seconds < LEAST_KNOWN * forecast->seconds)
    forecast->seconds = forecast->step_seconds = forecast->decode_seconds = -1;

  return forecast;
}

gboolean
sf_engine_forecast (SfEngine *self, const SfRequest *request, SfEngineForecast *forecast,
                    GCancellable *cancellable, GError **error)
{
  Job job = { request, forecast };

  g_return_val_if_fail (SF_IS_ENGINE (self), FALSE);
  g_return_val_if_fail (request != NULL && forecast != NULL, FALSE);

  return sf_request_validate (request, error)
         && sf_engine_run_job (self, run_forecast_job, &job, cancellable, error) != NULL;
}
