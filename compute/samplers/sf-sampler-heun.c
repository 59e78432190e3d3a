/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"

/* Heun's method: the slope is the mean of those at both ends of the step (Karras et al. 2022,
 * algorithm 1). */
static gboolean
run_heun (const SfSamplerRun *run, SfArray *x, GError **error)
{
  const SfSchedule *schedule = run->plan->schedule;
  g_autoptr (SfArray) denoised = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfArray) next = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfArray) denoised_next = sf_array_new (x->n_dims, x->dims);

  for (guint i = 0; i < schedule->n_steps; i++)
    {
      double sigma = schedule->sigmas[i];
      double sigma_next = schedule->sigmas[i + 1];
      double ratio = sigma_next / sigma;

      if (!sf_sampler_denoise (run, x, sigma, denoised, error))
        return FALSE;

      sf_sampler_copy (next, x);
      sf_sampler_combine (next, ratio, denoised, 1.0 - ratio);
      if (sigma_next > 0.0)
        {
          double half_step = 0.5 * (sigma_next - sigma);

          if (!sf_sampler_denoise (run, next, sigma_next, denoised_next, error))
            return FALSE;

          sf_sampler_combine (x, 1.0 + half_step / sigma, denoised, -half_step / sigma);
          sf_sampler_combine (x, 1.0, next, half_step / sigma_next);
          sf_sampler_combine (x, 1.0, denoised_next, -half_step / sigma_next);
        }
      else
        {
          sf_sampler_copy (x, next);
        }

      if (!sf_sampler_report (run, i, x, denoised, error))
        return FALSE;
    }

  return TRUE;
}

static const SfSamplerMethods methods = { .n_calls = 2, .run = run_heun };

const SfSampler sf_sampler_heun = {
  .named = { "heun", "Heun" },
  .automatic_schedule = "default",
  .methods = &methods,
};
