/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"
#include "samplers/sf-schedule-private.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>

/* Latent consistency models (Luo et al. 2023) were distilled on fifty of the thousand
 * timesteps: 19, 39, ... 999. */
#define N_TIMESTEPS 50
#define STRIDE (SF_TRAIN_TIMESTEPS / N_TIMESTEPS)

static guint
timestep_at (guint index)
{
  return STRIDE - 1 + index * STRIDE;
}

/* diffusers: scheduling_lcm.py set_timesteps. */
static SfSchedule *
diffusers_schedule (const SfSamplerPlanParams *params, GError **error)
{
  const SfModelSigmas *model = params->model;
  const guint n_steps = params->n_steps;
  double sigmas[N_TIMESTEPS + 1];
  double t[N_TIMESTEPS];

  if (n_steps > N_TIMESTEPS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("plan a run of %u steps of LCM: it has %u timesteps"), n_steps, N_TIMESTEPS);
      return NULL;
    }

  for (guint i = 0; i < n_steps; i++)
    {
      guint timestep = timestep_at (N_TIMESTEPS - 1 - i * N_TIMESTEPS / n_steps);

      t[i] = timestep;
      sigmas[i] = model->sigmas[timestep];
    }
  sigmas[n_steps] = 0.0;

  return sf_schedule_new_from_sigmas (sigmas, t, n_steps, model, params->timesteps);
}

/* The levels of the fifty, spaced as the default schedule spaces the thousand (A1111:
 * sd_samplers_lcm.py get_sigmas). */
static SfSchedule *
a1111_default_schedule (const SfSamplerPlanParams *params)
{
  const SfModelSigmas *model = params->model;
  const guint n_steps = params->n_steps;
  double sigmas[SF_MAX_STEPS + 1];

  for (guint i = 0; i < n_steps; i++)
    {
      double index = n_steps > 1 ? (N_TIMESTEPS - 1) * (1.0 - (double) i / (n_steps - 1))
                                 : N_TIMESTEPS - 1;
      guint lower = MIN ((guint) index, N_TIMESTEPS - 2);
      double weight = index - lower;

      sigmas[i] = exp ((1.0 - weight) * model->log_sigmas[timestep_at (lower)]
                       + weight * model->log_sigmas[timestep_at (lower + 1)]);
    }
  sigmas[n_steps] = 0.0;

  return sf_schedule_new_from_sigmas (sigmas, NULL, n_steps, model, params->timesteps);
}

static double
nearest_timestep (const SfModelSigmas *model, double sigma)
{
  guint nearest = 0;

  for (guint i = 1; i < N_TIMESTEPS; i++)
    if (fabs (log (sigma) - model->log_sigmas[timestep_at (i)])
        < fabs (log (sigma) - model->log_sigmas[timestep_at (nearest)]))
      nearest = i;

  return timestep_at (nearest);
}

static SfSchedule *
lcm_schedule (const SfSamplerPlanParams *params, GError **error)
{
  SfSchedule *schedule;

  if (params->style == SF_STYLE_DIFFUSERS)
    return diffusers_schedule (params, error);
  if (params->style != SF_STYLE_A1111)
    return sf_sampler_schedule (params, error);

  if (g_str_equal (params->schedule->named.name, "default"))
    schedule = a1111_default_schedule (params);
  else
    schedule = sf_sampler_schedule (params, error);
  for (guint i = 0; schedule != NULL && i < schedule->n_steps; i++)
    schedule->t[i] = nearest_timestep (params->model, schedule->sigmas[i]);

  return schedule;
}

/* What makes the consistency function the identity at the least noise: denoised becomes
 * c_out denoised + c_skip x, where diffusers takes the x of variance 1 and A1111 the other. */
static void
apply_boundary (const SfSamplerRun *run, guint step, const SfArray *x, SfArray *denoised)
{
  const SfSchedule *schedule = run->plan->schedule;
  const double sigma_data = 0.5;
  const double scaled_t = 10.0 * schedule->t[step];
  const double sum = scaled_t * scaled_t + sigma_data * sigma_data;
  const double c_out = scaled_t / sqrt (sum);
  double c_skip = sigma_data * sigma_data / sum;

  if (run->plan->params.style == SF_STYLE_DIFFUSERS)
    c_skip /= sf_sampler_unit_scale (schedule->sigmas[step]);

  sf_sampler_combine (denoised, c_out, x, c_skip);
}

static gboolean
run_lcm (const SfSamplerRun *run, SfArray *x, GError **error)
{
  const SfSchedule *schedule = run->plan->schedule;
  const SfStyle style = run->plan->params.style;
  g_autoptr (SfArray) denoised = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfArray) noise = sf_array_new (x->n_dims, x->dims);

  for (guint i = 0; i < schedule->n_steps; i++)
    {
      double sigma = schedule->sigmas[i];
      double sigma_next = schedule->sigmas[i + 1];

      if (!sf_sampler_denoise (run, x, sigma, denoised, error))
        return FALSE;

      if (style == SF_STYLE_A1111 || style == SF_STYLE_DIFFUSERS)
        apply_boundary (run, i, x, denoised);
      sf_sampler_copy (x, denoised);
      if (!sf_sampler_add_noise (run, x, sigma, sigma_next, sigma_next, noise, error)
          || !sf_sampler_report (run, i, x, denoised, error))
        return FALSE;
    }

  return TRUE;
}

static const SfSamplerMethods methods = {
  .eta = 1.0,
  .unit_styles = SF_STYLE_BIT (SF_STYLE_DIFFUSERS),
  .own_styles = SF_STYLE_BIT (SF_STYLE_DIFFUSERS),
  .has_fixed_eta = TRUE,
  .n_calls = 1,
  .n_noises = 1,
  .schedule = lcm_schedule,
  .run = run_lcm,
};

const SfSampler sf_sampler_lcm = {
  .named = { "lcm", "LCM" },
  .automatic_schedule = "default",
  .methods = &methods,
};
