/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"

#include <math.h>

/* DPM-Solver++ for the stochastic equation with the answers of earlier steps. With h the step
 * in -ln sigma and k = (1 + eta) h,
 *
 *     x' = exp (-k) x - expm1 (-k) denoised + corrections
 *          + sigma' sqrt (-expm1 (-2 eta h)) noise
 *
 * (k-diffusion: sampling.py sample_dpmpp_2m_sde, solver "midpoint", sample_dpmpp_3m_sde). */

/* What a method does with the last answers, newest first, and the steps that led from each to
 * the next: h[0] is the step being made, h[1] the one before. */
typedef void (*CorrectFunc) (SfArray *x, const SfSamplerHistory *denoised, const double *h,
                             guint n_known, double k);

static void
add_difference (SfArray *x, const SfSamplerHistory *denoised, guint i, double scale)
{
  sf_sampler_combine (x, 1.0, sf_sampler_history_get (denoised, i), scale);
  sf_sampler_combine (x, 1.0, sf_sampler_history_get (denoised, i + 1), -scale);
}

static void
correct_2m (SfArray *x, const SfSamplerHistory *denoised, const double *h, guint n_known, double k)
{
  if (n_known >= 2)
    add_difference (x, denoised, 0, -0.5 * expm1 (-k) * h[0] / h[1]);
}

static void
correct_3m (SfArray *x, const SfSamplerHistory *denoised, const double *h, guint n_known, double k)
{
  double phi_2 = expm1 (-k) / k + 1.0;
  double phi_3 = phi_2 / k - 0.5;
  double r0, r1, newer, older;

  if (n_known < 2)
    return;

  r0 = h[1] / h[0];
  newer = phi_2;
  if (n_known >= 3)
    {
      r1 = h[2] / h[0];
      newer += (phi_2 * r0 - phi_3) / (r0 + r1);
      older = (phi_3 - phi_2 * r0) / (r0 + r1);
      add_difference (x, denoised, 1, older / r1);
    }
  add_difference (x, denoised, 0, newer / r0);
}

static gboolean
run_multistep (const SfSamplerRun *run, CorrectFunc correct, guint order, SfArray *x,
               GError **error)
{
  const SfSchedule *schedule = run->plan->schedule;
  const double eta = run->plan->params.eta;
  g_autoptr (SfSamplerHistory) history = sf_sampler_history_new (order, x);
  g_autoptr (SfArray) noise = sf_array_new (x->n_dims, x->dims);
  double h[3] = { 0.0 };

  for (guint i = 0; i < schedule->n_steps; i++)
    {
      double sigma = schedule->sigmas[i];
      double sigma_next = schedule->sigmas[i + 1];
      SfArray *denoised = sf_sampler_history_push (history);

      if (!sf_sampler_denoise (run, x, sigma, denoised, error))
        return FALSE;

      if (sigma_next > 0.0)
        {
          double k;

          h[2] = h[1];
          h[1] = h[0];
          h[0] = log (sigma / sigma_next);
          k = (1.0 + eta) * h[0];
          sf_sampler_combine (x, exp (-k), denoised, -expm1 (-k));
          correct (x, history, h, MIN (i + 1, order), k);
          if (!sf_sampler_add_noise (run, x, sigma, sigma_next,
                                     sigma_next * sqrt (-expm1 (-2.0 * eta * h[0])), noise, error))
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

static gboolean
run_dpmpp_2m_sde (const SfSamplerRun *run, SfArray *x, GError **error)
{
  return run_multistep (run, correct_2m, 2, x, error);
}

static gboolean
run_dpmpp_3m_sde (const SfSamplerRun *run, SfArray *x, GError **error)
{
  return run_multistep (run, correct_3m, 3, x, error);
}

/* diffusers draws plain noise here (scheduling_dpmsolver_multistep.py, "sde-dpmsolver++"). */
#define BROWNIAN_STYLES (SF_EVERY_STYLE & ~SF_STYLE_BIT (SF_STYLE_DIFFUSERS))

static const SfSamplerMethods dpmpp_2m_sde_methods = {
  .spacing = SF_SPACING_ONE_MORE,
  .eta = 1.0,
  .unit_styles = SF_STYLE_BIT (SF_STYLE_DIFFUSERS),
  .brownian_styles = BROWNIAN_STYLES,
  .n_calls = 1,
  .n_noises = 1,
  .run = run_dpmpp_2m_sde,
};

static const SfSamplerMethods dpmpp_3m_sde_methods = {
  .spacing = SF_SPACING_ONE_MORE,
  .eta = 1.0,
  .unit_styles = SF_STYLE_BIT (SF_STYLE_DIFFUSERS),
  .discard_styles = SF_STYLE_BIT (SF_STYLE_A1111),
  .brownian_styles = BROWNIAN_STYLES,
  .n_calls = 1,
  .n_noises = 1,
  .run = run_dpmpp_3m_sde,
};

const SfSampler sf_sampler_dpmpp_2m_sde = {
  .named = { "dpmpp_2m_sde", "DPM++ 2M SDE" },
  .automatic_schedule = "exponential",
  .methods = &dpmpp_2m_sde_methods,
};

const SfSampler sf_sampler_dpmpp_3m_sde = {
  .named = { "dpmpp_3m_sde", "DPM++ 3M SDE" },
  .automatic_schedule = "exponential",
  .methods = &dpmpp_3m_sde_methods,
};
