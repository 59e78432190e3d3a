/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"

/* DDIM's step (Song et al. 2020: "Denoising diffusion implicit models", equation 12),
 * divided by sqrt (alphas_cumprod) of the level it ends on, is
 *
 *     x' = denoised + sqrt (sigma'^2 - s^2) (x - denoised) / sigma + s noise,
 *     s^2 = eta^2 sigma'^2 (sigma^2 - sigma'^2) / sigma^2,
 *
 * which is that of Euler's ancestral method. It ends on timestep 0, not on sigma 0, and takes
 * the state of variance 1 there as the latent. */

SfSchedule *
sf_sampler_ddim_schedule (const SfSamplerPlanParams *params, GError **error)
{
  const SfModelSigmas *model = params->model;
  double sigmas[SF_MAX_STEPS + 1];
  guint stride, n;

  if (params->style == SF_STYLE_COMFYUI)
    return sf_sampler_schedule (params, error);

  if (params->style == SF_STYLE_DIFFUSERS)
    {
      SfSchedule *schedule = sf_sampler_schedule (params, error);

      if (schedule != NULL)
        schedule->sigmas[schedule->n_steps] = model->sigmas[0];
      return schedule;
    }

  stride = SF_TRAIN_TIMESTEPS / params->n_steps;
  n = (SF_TRAIN_TIMESTEPS - 1) / stride + 1;
  for (guint i = 0; i < n; i++)
    sigmas[n - 1 - i] = model->sigmas[MIN (1 + i * stride, SF_TRAIN_TIMESTEPS - 1)];
  sigmas[n] = model->sigmas[0];

  /* A1111's loop leaves the last step out. */
  if (params->style == SF_STYLE_A1111 && n > 1)
    n--;

  return sf_schedule_new_from_sigmas (sigmas, NULL, n, model, params->timesteps);
}

void
sf_sampler_to_unit_variance (const SfSamplerRun *run, SfArray *x)
{
  const SfSchedule *schedule = run->plan->schedule;
  double scale = 1.0 / sf_sampler_unit_scale (schedule->sigmas[schedule->n_steps]);

  for (gsize i = 0; i < x->n_values; i++)
    x->data[i] = (float) (scale * x->data[i]);
}

static gboolean
run_ddim (const SfSamplerRun *run, SfArray *x, GError **error)
{
  if (!sf_sampler_run_euler (run, x, error))
    return FALSE;

  sf_sampler_to_unit_variance (run, x);
  return TRUE;
}

static const SfSamplerMethods methods = {
  .spacing = SF_SPACING_ROUNDED,
  .unit_styles = SF_STYLE_BIT (SF_STYLE_PLAIN) | SF_STYLE_BIT (SF_STYLE_A1111)
                 | SF_STYLE_BIT (SF_STYLE_DIFFUSERS),
  .own_styles = SF_STYLE_BIT (SF_STYLE_PLAIN) | SF_STYLE_BIT (SF_STYLE_A1111),
  .n_calls = 1,
  .n_noises = 1,
  .schedule = sf_sampler_ddim_schedule,
  .run = run_ddim,
};

const SfSampler sf_sampler_ddim = {
  .named = { "ddim", "DDIM" },
  .automatic_schedule = "default",
  .methods = &methods,
};
