/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"

#include <math.h>

/* DDIM's step (Song et al. 2020: "Denoising diffusion implicit models", equation 12),
 * divided by sqrt (alphas_cumprod) of the level it ends on, is
 *
 *     x' = denoised + sigma' (x - denoised) / sigma,
 *
 * which is Euler's. It ends on timestep 0, not on sigma 0, and takes the state of
 * variance 1 there as the latent. */

static SfSchedule *
ddim_schedule (const SfModelSigmas *model, guint n_steps, SfTimesteps timesteps, GError **error)
{
  double sigmas[SF_MAX_STEPS + 1];
  guint stride, n;

  if (!sf_schedule_check_steps (n_steps, error))
    return NULL;

  stride = SF_TRAIN_TIMESTEPS / n_steps;
  n = (SF_TRAIN_TIMESTEPS - 1) / stride + 1;
  for (guint i = 0; i < n; i++)
    sigmas[n - 1 - i] = model->sigmas[MIN (1 + i * stride, SF_TRAIN_TIMESTEPS - 1)];
  sigmas[n] = model->sigmas[0];

  return sf_schedule_new_from_sigmas (sigmas, n, model, timesteps);
}

static double
variance_preserving_scale (double sigma)
{
  return sqrt (1.0 + sigma * sigma);
}

static gboolean
run_ddim (const SfSamplerRun *run, SfArray *x, GError **error)
{
  const SfSchedule *schedule = run->plan->schedule;
  double scale = 1.0 / variance_preserving_scale (schedule->sigmas[schedule->n_steps]);

  if (!sf_sampler_run_euler (run, x, 0.0, error))
    return FALSE;

  for (gsize i = 0; i < x->n_values; i++)
    x->data[i] = (float) (scale * x->data[i]);

  return TRUE;
}

static const SfSamplerMethods methods = {
  .schedule = ddim_schedule,
  .noise_scale = variance_preserving_scale,
  .run = run_ddim,
};

const SfSampler sf_sampler_ddim = {
  .named = { "ddim", "DDIM" },
  .own_schedule = TRUE,
  .methods = &methods,
};
