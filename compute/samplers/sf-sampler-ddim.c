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

  sf_sampler_scale (x, 1.0 / sf_sampler_unit_scale (schedule->sigmas[schedule->n_steps]));
}

/* Where step @i of diffusers ends: a fixed number of timesteps on, which need not be the next
 * level (scheduling_ddim.py step). */
static double
end_of_diffusers_step (const SfSamplerPlan *plan, guint i)
{
  const SfModelSigmas *model = plan->params.model;
  const double stride = SF_TRAIN_TIMESTEPS / plan->params.n_steps;

  return sf_model_sigmas_at (model, MAX (plan->schedule->t[i] - stride, 0.0));
}

static gboolean
run_ddim (const SfSamplerRun *run, SfArray *x, GError **error)
{
  const SfSamplerPlan *plan = run->plan;
  const SfSchedule *schedule = plan->schedule;
  g_autoptr (SfArray) denoised = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfArray) noise = sf_array_new (x->n_dims, x->dims);

  for (guint i = 0; i < schedule->n_steps; i++)
    {
      double sigma = schedule->sigmas[i];
      double sigma_next = schedule->sigmas[i + 1];
      double end = sigma_next;
      double down, up;

      if (!sf_sampler_denoise (run, x, sigma, denoised, error))
        return FALSE;

      if (plan->params.style == SF_STYLE_DIFFUSERS)
        end = end_of_diffusers_step (plan, i);
      sf_sampler_ancestral_step (sigma, end, plan->params.eta, &down, &up);
      sf_sampler_combine (x, down / sigma, denoised, 1.0 - down / sigma);
      if (!sf_sampler_add_noise (run, x, sigma, end, up, noise, error))
        return FALSE;

      /* The state of variance 1 stays. */
      if (end != sigma_next)
        sf_sampler_scale (x, sf_sampler_unit_scale (sigma_next) / sf_sampler_unit_scale (end));
      if (!sf_sampler_report (run, i, x, denoised, error))
        return FALSE;
    }

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
