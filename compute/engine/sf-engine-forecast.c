/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-engine-forecast.h"

#include "engine/sf-conditioning.h"
#include "engine/sf-engine-private.h"
#include "engine/sf-generation.h"

/* Seconds are told where at least so much of them rests on measurements. */
#define LEAST_KNOWN 0.9

typedef struct
{
  SfSession *session;
  const SfRequest *request;
  SfEngineForecast *forecast;
  double known_seconds;
} Forecaster;

/* Takes note of a network that runs @n_runs times in all. */
static gboolean
add_part (Forecaster *self, const SfPartSize *size, double n_runs, double *seconds, GError **error)
{
  SfCost cost;

  if (!sf_model_estimate (self->session->model, size, &cost, error))
    return FALSE;

  *seconds += cost.seconds;
  self->forecast->flop += n_runs * cost.flop;
  self->forecast->seconds += n_runs * cost.seconds;
  self->known_seconds += n_runs * cost.seconds * cost.known;

  return TRUE;
}

/* How many of a picture's calls of the UNet run these blocks of it. */
static double
count_runs (const SfRequest *request, SfUnetBlocks blocks, guint n_calls)
{
  const guint n_whole = (n_calls + request->step_cache - 1) / request->step_cache;

  return blocks == SF_UNET_OUTER ? n_calls - n_whole : n_whole;
}

/* Parts that only previews need are not counted. */
static gboolean
add_parts (Forecaster *self, const GArray *parts, double n_chunks, guint n_calls, GError **error)
{
  SfEngineForecast *forecast = self->forecast;
  const double count = self->request->count;
  double text_seconds = 0;

  for (guint i = 0; i < parts->len; i++)
    {
      const SfPartSize *size = &g_array_index (parts, SfPartSize, i);
      gboolean added = TRUE;

      if (size->part == SF_PART_TEXT)
        added = add_part (self, size, n_chunks, &text_seconds, error);
      else if (size->part == SF_PART_UNET)
        {
          const double n_runs = count_runs (self->request, size->unet_blocks, n_calls);
          double seconds = 0;

          added = add_part (self, size, n_runs * count, &seconds, error);
          forecast->step_seconds += seconds * n_runs / n_calls;
        }
      else if (size->part == SF_PART_VAE_DECODER)
        added = add_part (self, size, count, &forecast->decode_seconds, error);
      if (!added)
        return FALSE;
    }

  return TRUE;
}

static gboolean
add_memory (Forecaster *self, const GArray *parts, SfTiling tiling, GError **error)
{
  SfEngineForecast *forecast = self->forecast;
  SfMemoryPlan plan;

  if (!sf_session_plan_memory (self->session, parts, tiling, &plan, error))
    return FALSE;

  forecast->memory = plan.mode;
  forecast->tiled = plan.tiled;
  forecast->weight_bytes = plan.weight_bytes;
  forecast->activation_bytes = plan.arena_bytes;
  forecast->available_bytes = sf_device_get_available_bytes (self->session->device);

  return TRUE;
}

static gboolean
forecast_opened (Forecaster *self, GError **error)
{
  const SfModelConfig *config = sf_model_get_config (self->session->model);
  const SfPictureSize size = sf_session_get_picture_size (self->request, self->forecast->width,
                                                          self->forecast->height);
  g_autoptr (SfSamplerPlan) plan = sf_generation_plan (self->request, config, error);
  g_autoptr (SfConditioning) conditioning = NULL;
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (SfPassSize));
  g_autoptr (GArray) parts = NULL;
  const SfConditioningPass *passes;
  double n_chunks = 0;
  guint n_passes;

  if (plan == NULL)
    return FALSE;
  conditioning = sf_conditioning_new (self->session, self->request, plan->n_model_calls,
                                      self->request->seed, error);
  if (conditioning == NULL)
    return FALSE;

  passes = sf_conditioning_get_passes (conditioning, 0, &n_passes);
  for (guint i = 0; i < n_passes; i++)
    {
      const SfPassSize pass = { passes[i].n_entries, passes[i].n_tokens };

      g_array_append_val (sizes, pass);
      n_chunks += (double) passes[i].n_entries * passes[i].n_tokens / config->clip.positions;
    }

  parts = sf_session_list_parts (self->session, &size, (const SfPassSize *) sizes->data,
                                 sizes->len);
  return add_memory (self, parts, size.tiling, error)
         && add_parts (self, parts, n_chunks, plan->n_model_calls, error);
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

  *forecast = (SfEngineForecast){ 0 };
  if (!sf_session_open_painter (session,
                                &(SfModelSource){ .model = request->model,
                                                  .vae = request->vae,
                                                  .text_encoder = request->text_encoder,
                                                  .taesd = request->taesd,
                                                  .precision = request->precision },
                                error)
      || !sf_session_choose_size (session, request->width, request->height, &forecast->width,
                                  &forecast->height, error)
      || !forecast_opened (&self, error))
    return NULL;

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
