/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"

#include <math.h>

/* With lambda = -ln sigma and h the step in it, DPM-Solver++ takes
 *
 *     x' = (sigma' / sigma) x - expm1 (-h) D
 *
 * where D extrapolates the last two denoised latents to the middle of the step; the
 * first step, and the one to sigma 0, take the newest alone (Lu et al. 2022:
 * "DPM-Solver++", algorithm 2). */
static gboolean
run_dpmpp_2m (const SfSamplerRun *run, SfArray *x, GError **error)
{
  const SfSchedule *schedule = run->plan->schedule;
  g_autoptr (SfArray) denoised = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfArray) previous = sf_array_new (x->n_dims, x->dims);
  double previous_h = 0.0;

  for (guint i = 0; i < schedule->n_steps; i++)
    {
      double sigma = schedule->sigmas[i];
      double sigma_next = schedule->sigmas[i + 1];
      double h = log (sigma / sigma_next);
      double weight = -expm1 (-h);
      double extrapolated = 0.0;
      SfArray *swap;

      if (!sf_sampler_denoise (run, x, sigma, denoised, error))
        return FALSE;

      if (i > 0 && sigma_next > 0.0)
        extrapolated = 0.5 * h / previous_h;

      sf_sampler_combine (x, sigma_next / sigma, denoised, weight * (1.0 + extrapolated));
      if (extrapolated > 0.0)
        sf_sampler_combine (x, 1.0, previous, -weight * extrapolated);

      if (!sf_sampler_report (run, i, x, denoised, error))
        return FALSE;

      swap = previous;
      previous = denoised;
      denoised = swap;
      previous_h = h;
    }

  return TRUE;
}

static const SfSamplerMethods methods = {
  .spacing = SF_SPACING_ONE_MORE,
  .unit_styles = SF_STYLE_BIT (SF_STYLE_DIFFUSERS),
  .n_calls = 1,
  .run = run_dpmpp_2m,
};

const SfSampler sf_sampler_dpmpp_2m = {
  .named = { "dpmpp_2m", "DPM++ 2M" },
  .automatic_schedule = "karras",
  .methods = &methods,
};
