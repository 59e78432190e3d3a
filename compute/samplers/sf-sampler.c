/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"

#include <math.h>

const SfNamed *const *
sf_sampler_list (void)
{
  static const SfNamed *const list[] = {
    &sf_sampler_euler.named,
    &sf_sampler_euler_a.named,
    &sf_sampler_dpmpp_2m.named,
    &sf_sampler_ddim.named,
    NULL,
  };

  return list;
}

const SfSampler *
sf_sampler_from_name (const char *name, GError **error)
{
  return (const SfSampler *) sf_named_find (sf_sampler_list (), "sampler", name, error);
}

SfSamplerPlan *
sf_sampler_plan_new (const SfSampler *sampler, const SfScheduleKind *schedule,
                     const SfModelSigmas *model, guint n_steps, SfTimesteps timesteps,
                     GError **error)
{
  SfSchedule *levels;
  SfSamplerPlan *self;

  g_return_val_if_fail (sampler != NULL && schedule != NULL && model != NULL, NULL);

  if (sampler->own_schedule)
    levels = sampler->methods->schedule (model, n_steps, timesteps, error);
  else
    levels = sf_schedule_new (schedule, model, n_steps, timesteps, error);
  if (levels == NULL)
    return NULL;

  self = g_new0 (SfSamplerPlan, 1);
  self->sampler = sampler;
  self->model = model;
  self->timesteps = timesteps;
  self->schedule = levels;
  self->n_model_calls = levels->n_steps;
  if (sampler->draws_noise)
    for (guint i = 0; i < levels->n_steps; i++)
      self->n_noises += levels->sigmas[i + 1] > 0.0;

  self->noise_scale = sampler->methods->noise_scale != NULL
                          ? sampler->methods->noise_scale (levels->sigmas[0])
                          : levels->sigmas[0];

  return self;
}

void
sf_sampler_plan_free (SfSamplerPlan *self)
{
  if (self == NULL)
    return;

  sf_schedule_free (self->schedule);
  g_free (self);
}

gboolean
sf_sampler_run (const SfSamplerRun *run, SfArray *x, GError **error)
{
  const SfSamplerPlan *plan = run->plan;

  g_return_val_if_fail (plan != NULL && run->denoise != NULL && x != NULL, FALSE);
  g_return_val_if_fail (plan->n_noises == 0 || run->noise != NULL, FALSE);

  if (plan->n_noises > 0 && !sf_noise_check (run->noise, x, plan->n_noises, error))
    return FALSE;

  return plan->sampler->methods->run (run, x, error);
}

gboolean
sf_sampler_denoise (const SfSamplerRun *run, const SfArray *x, double sigma, SfArray *denoised,
                    GError **error)
{
  double t = sf_model_sigmas_timestep (run->plan->model, sigma, run->plan->timesteps);

  return run->denoise (x, sigma, t, denoised, run->user_data, error);
}

gboolean
sf_sampler_report (const SfSamplerRun *run, guint index, const SfArray *x, const SfArray *denoised,
                   GError **error)
{
  const SfSchedule *schedule = run->plan->schedule;
  const SfSamplerStep step = {
    .index = index,
    .n_steps = schedule->n_steps,
    .sigma = schedule->sigmas[index],
    .sigma_next = schedule->sigmas[index + 1],
    .x = x,
    .denoised = denoised,
  };

  return run->step == NULL || run->step (&step, run->user_data, error);
}

void
sf_sampler_ancestral_step (double from, double to, double eta, double *down, double *up)
{
  *up = MIN (to, eta * sqrt (to * to * (from * from - to * to) / (from * from)));
  *down = sqrt (to * to - *up * *up);
}

void
sf_sampler_combine (SfArray *x, double x_scale, const SfArray *y, double y_scale)
{
  for (gsize i = 0; i < x->n_values; i++)
    x->data[i] = (float) (x_scale * x->data[i] + y_scale * y->data[i]);
}
