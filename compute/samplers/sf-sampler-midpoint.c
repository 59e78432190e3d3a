/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"

#include <math.h>

/* Steps that ask the model a second time on the way, at the sigma that is half-way in the
 * logarithm between the ends. The first half goes straight towards the denoised latent; what
 * is made of the second answer is the method's. With eta, steps go below the level aimed at
 * and noise brings the state back up. */

/* Moves x by a whole step from @sigma to @down with the answer that @middle got at
 * @sigma_middle. */
typedef void (*StepFunc) (SfArray *x, double sigma, double down, const SfArray *middle,
                          double sigma_middle, const SfArray *denoised_middle);

/* The slope at the middle serves the whole step (Karras et al. 2022; Lu et al. 2022:
 * "DPM-Solver", algorithm 1). */
static void
step_dpm2 (SfArray *x, double sigma, double down, const SfArray *middle, double sigma_middle,
           const SfArray *denoised_middle)
{
  double step = (down - sigma) / sigma_middle;

  sf_sampler_combine (x, 1.0, middle, step);
  sf_sampler_combine (x, 1.0, denoised_middle, -step);
}

/* The denoised latent of the middle serves the whole step (Lu et al. 2022: "DPM-Solver++",
 * algorithm 1). */
static void
step_dpmpp_2s (SfArray *x, double sigma, double down, const SfArray *middle, double sigma_middle,
               const SfArray *denoised_middle)
{
  sf_sampler_combine (x, down / sigma, denoised_middle, 1.0 - down / sigma);
}

static gboolean
run_midpoint (const SfSamplerRun *run, StepFunc step, SfArray *x, GError **error)
{
  const SfSchedule *schedule = run->plan->schedule;
  g_autoptr (SfArray) denoised = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfArray) middle = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfArray) denoised_middle = sf_array_new (x->n_dims, x->dims);

  for (guint i = 0; i < schedule->n_steps; i++)
    {
      double sigma = schedule->sigmas[i];
      double sigma_next = schedule->sigmas[i + 1];
      double down, up;

      if (!sf_sampler_denoise (run, x, sigma, denoised, error))
        return FALSE;

      sf_sampler_ancestral_step (sigma, sigma_next, run->plan->params.eta, &down, &up);
      if (down > 0.0)
        {
          double sigma_middle = sqrt (sigma * down);
          double ratio = sigma_middle / sigma;

          sf_sampler_copy (middle, x);
          sf_sampler_combine (middle, ratio, denoised, 1.0 - ratio);
          if (!sf_sampler_denoise (run, middle, sigma_middle, denoised_middle, error))
            return FALSE;
          step (x, sigma, down, middle, sigma_middle, denoised_middle);
        }
      else
        {
          sf_sampler_copy (x, denoised);
        }

      if (!sf_sampler_add_noise (run, x, sigma, sigma_next, up, middle, error)
          || !sf_sampler_report (run, i, x, denoised, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
run_dpm2 (const SfSamplerRun *run, SfArray *x, GError **error)
{
  return run_midpoint (run, step_dpm2, x, error);
}

static gboolean
run_dpmpp_2s (const SfSamplerRun *run, SfArray *x, GError **error)
{
  return run_midpoint (run, step_dpmpp_2s, x, error);
}

static const SfSamplerMethods dpm2_methods = {
  .discard_styles = SF_STYLE_BIT (SF_STYLE_A1111) | SF_STYLE_BIT (SF_STYLE_COMFYUI),
  .n_calls = 2,
  .run = run_dpm2,
};

static const SfSamplerMethods dpm2_a_methods = {
  .eta = 1.0,
  .discard_styles = SF_STYLE_BIT (SF_STYLE_A1111) | SF_STYLE_BIT (SF_STYLE_COMFYUI),
  .n_calls = 2,
  .n_noises = 1,
  .run = run_dpm2,
};

static const SfSamplerMethods dpmpp_2s_a_methods = {
  .eta = 1.0,
  .n_calls = 2,
  .n_noises = 1,
  .run = run_dpmpp_2s,
};

const SfSampler sf_sampler_dpm2 = {
  .named = { "dpm2", "DPM2" },
  .automatic_schedule = "karras",
  .methods = &dpm2_methods,
};

const SfSampler sf_sampler_dpm2_a = {
  .named = { "dpm2_a", "DPM2 a" },
  .automatic_schedule = "karras",
  .methods = &dpm2_a_methods,
};

const SfSampler sf_sampler_dpmpp_2s_a = {
  .named = { "dpmpp_2s_a", "DPM++ 2S a" },
  .automatic_schedule = "karras",
  .methods = &dpmpp_2s_a_methods,
};
