/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"

gboolean
sf_sampler_run_euler (const SfSamplerRun *run, SfArray *x, double eta, GError **error)
{
  const SfSchedule *schedule = run->plan->schedule;
  g_autoptr (SfArray) denoised = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfArray) noise = eta > 0.0 ? sf_array_new (x->n_dims, x->dims) : NULL;

  for (guint i = 0; i < schedule->n_steps; i++)
    {
      double sigma = schedule->sigmas[i];
      double sigma_next = schedule->sigmas[i + 1];
      double down, up;

      if (!sf_sampler_denoise (run, x, sigma, denoised, error))
        return FALSE;

      sf_sampler_ancestral_step (sigma, sigma_next, eta, &down, &up);
      if (up > 0.0 && !sf_noise_normal (run->noise, noise, error))
        return FALSE;

      sf_sampler_combine (x, down / sigma, denoised, 1.0 - down / sigma);
      if (up > 0.0)
        sf_sampler_combine (x, 1.0, noise, up);

      if (!sf_sampler_report (run, i, x, denoised, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
run_euler (const SfSamplerRun *run, SfArray *x, GError **error)
{
  return sf_sampler_run_euler (run, x, 0.0, error);
}

static gboolean
run_euler_a (const SfSamplerRun *run, SfArray *x, GError **error)
{
  return sf_sampler_run_euler (run, x, 1.0, error);
}

static const SfSamplerMethods euler_methods = { .run = run_euler };
static const SfSamplerMethods euler_a_methods = { .run = run_euler_a };

const SfSampler sf_sampler_euler = {
  .named = { "euler", "Euler" },
  .methods = &euler_methods,
};

const SfSampler sf_sampler_euler_a = {
  .named = { "euler_a", "Euler a" },
  .draws_noise = TRUE,
  .methods = &euler_a_methods,
};
