/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"

static gboolean
run_euler (const SfSamplerRun *run, SfArray *x, GError **error)
{
  const SfSchedule *schedule = run->plan->schedule;
  g_autoptr (SfArray) denoised = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfArray) noise = sf_array_new (x->n_dims, x->dims);

  for (guint i = 0; i < schedule->n_steps; i++)
    {
      double sigma = schedule->sigmas[i];
      double sigma_next = schedule->sigmas[i + 1];
      double down, up;

      if (!sf_sampler_denoise (run, x, sigma, denoised, error))
        return FALSE;

      sf_sampler_ancestral_step (sigma, sigma_next, run->plan->params.eta, &down, &up);
      sf_sampler_combine (x, down / sigma, denoised, 1.0 - down / sigma);
      if (!sf_sampler_add_noise (run, x, sigma, sigma_next, up, noise, error)
          || !sf_sampler_report (run, i, x, denoised, error))
        return FALSE;
    }

  return TRUE;
}

static const SfSamplerMethods euler_methods = { .n_calls = 1, .run = run_euler };

static const SfSamplerMethods euler_a_methods = {
  .eta = 1.0,
  .n_calls = 1,
  .n_noises = 1,
  .run = run_euler,
};

const SfSampler sf_sampler_euler = {
  .named = { "euler", "Euler" },
  .automatic_schedule = "default",
  .methods = &euler_methods,
};

const SfSampler sf_sampler_euler_a = {
  .named = { "euler_a", "Euler a" },
  .automatic_schedule = "default",
  .methods = &euler_a_methods,
};
