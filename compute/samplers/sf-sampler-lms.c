/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"

#define ORDER 4

/* The integral over the step to @sigmas[1] of the polynomial that is 1 at @sigmas[-j] and 0 at
 * the other @order - 1 levels passed: Gauss and Legendre's rule with two points is exact up to
 * the third degree. */
static double
coefficient (const double *sigmas, guint order, guint j)
{
  static const double node = 0.57735026918962576451; /* 1 / sqrt (3) */
  const double middle = 0.5 * (sigmas[0] + sigmas[1]);
  const double half = 0.5 * (sigmas[1] - sigmas[0]);
  double sum = 0.0;

  for (guint side = 0; side < 2; side++)
    {
      double sigma = middle + (side == 0 ? -half : half) * node;
      double product = 1.0;

      for (guint k = 0; k < order; k++)
        if (k != j)
          {
            double at_k = *(sigmas - k);

            product *= (sigma - at_k) / (*(sigmas - j) - at_k);
          }
      sum += product;
    }

  return half * sum;
}

/* The linear multistep method: the slopes of up to four levels are continued by a polynomial
 * (k-diffusion: sampling.py sample_lms). ComfyUI ends with the denoised latent. */
static gboolean
run_lms (const SfSamplerRun *run, SfArray *x, GError **error)
{
  const SfSchedule *schedule = run->plan->schedule;
  g_autoptr (SfArray) denoised = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfSamplerHistory) slopes = sf_sampler_history_new (ORDER, x);

  for (guint i = 0; i < schedule->n_steps; i++)
    {
      const double *sigmas = schedule->sigmas + i;
      guint order = MIN (i + 1, ORDER);
      SfArray *slope = sf_sampler_history_push (slopes);

      if (!sf_sampler_denoise (run, x, sigmas[0], denoised, error))
        return FALSE;

      sf_sampler_copy (slope, x);
      sf_sampler_combine (slope, 1.0 / sigmas[0], denoised, -1.0 / sigmas[0]);
      for (guint j = 0; j < order; j++)
        sf_sampler_combine (x, 1.0, sf_sampler_history_get (slopes, j),
                            coefficient (sigmas, order, j));
      if (sigmas[1] <= 0.0 && run->plan->params.style == SF_STYLE_COMFYUI)
        sf_sampler_copy (x, denoised);

      if (!sf_sampler_report (run, i, x, denoised, error))
        return FALSE;
    }

  return TRUE;
}

static const SfSamplerMethods methods = { .n_calls = 1, .run = run_lms };

const SfSampler sf_sampler_lms = {
  .named = { "lms", "LMS" },
  .automatic_schedule = "default",
  .methods = &methods,
};
