/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"

#include <math.h>

/* Brings x from @sigma to @sigma_next: below it towards @denoised, and back up with noise. */
static gboolean
step_to (const SfSamplerRun *run, SfArray *x, const SfArray *denoised, double sigma,
         double sigma_next, SfArray *scratch, GError **error)
{
  double down, up;

  sf_sampler_ancestral_step (sigma, sigma_next, run->plan->params.eta, &down, &up);
  sf_sampler_combine (x, down / sigma, denoised, 1.0 - down / sigma);
  return sf_sampler_add_noise (run, x, sigma, sigma_next, up, scratch, error);
}

/* DPM-Solver++ for the stochastic equation: as dpmpp_2s with the middle half-way in log sigma,
 * but each of the two parts takes its own noise, both from @sigma on (k-diffusion: sampling.py
 * sample_dpmpp_sde, r 1/2). Its sigmas go through a logarithm in single precision, which the
 * places on the Brownian path show. */
static gboolean
run_dpmpp_sde (const SfSamplerRun *run, SfArray *x, GError **error)
{
  const SfSchedule *schedule = run->plan->schedule;
  g_autoptr (SfArray) denoised = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfArray) middle = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfArray) denoised_middle = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfArray) noise = sf_array_new (x->n_dims, x->dims);

  for (guint i = 0; i < schedule->n_steps; i++)
    {
      double sigma = schedule->sigmas[i];
      double sigma_next = schedule->sigmas[i + 1];

      if (!sf_sampler_denoise (run, x, sigma, denoised, error))
        return FALSE;

      if (sigma_next > 0.0)
        {
          const float t = -logf ((float) sigma);
          const float t_next = -logf ((float) sigma_next);
          const float t_middle = t + 0.5f * (t_next - t);
          const double from = expf (-t);
          const double sigma_middle = expf (-t_middle);

          sf_sampler_copy (middle, x);
          if (!step_to (run, middle, denoised, from, sigma_middle, noise, error)
              || !sf_sampler_denoise (run, middle, sigma_middle, denoised_middle, error)
              || !step_to (run, x, denoised_middle, from, expf (-t_next), noise, error))
            return FALSE;
        }
      else
        {
          sf_sampler_copy (x, denoised);
        }

      if (!sf_sampler_report (run, i, x, denoised, error))
        return FALSE;
    }

  return TRUE;
}

static const SfSamplerMethods methods = {
  .eta = 1.0,
  .brownian_styles = SF_EVERY_STYLE,
  .n_calls = 2,
  .n_noises = 2,
  .run = run_dpmpp_sde,
};

const SfSampler sf_sampler_dpmpp_sde = {
  .named = { "dpmpp_sde", "DPM++ SDE" },
  .automatic_schedule = "karras",
  .methods = &methods,
};
