/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"

#define ORDER 4

/* The slope that Adams and Bashforth make of the last @order ones (Liu et al. 2022: "Pseudo
 * numerical methods for diffusion models", equation 12). */
static void
fill_slope (SfArray *slope, const SfSamplerHistory *slopes, guint order)
{
  static const double coefficients[ORDER][ORDER] = {
    { 1.0 },
    { 3.0 / 2.0, -1.0 / 2.0 },
    { 23.0 / 12.0, -16.0 / 12.0, 5.0 / 12.0 },
    { 55.0 / 24.0, -59.0 / 24.0, 37.0 / 24.0, -9.0 / 24.0 },
  };

  for (guint j = 0; j < order; j++)
    sf_sampler_combine (slope, j > 0 ? 1.0 : 0.0, sf_sampler_history_get (slopes, j),
                        coefficients[order - 1][j]);
}

/* On the levels of ddim, eps is the slope of x over sigma. The first step is one of Heun's. */
static gboolean
run_plms (const SfSamplerRun *run, SfArray *x, GError **error)
{
  const SfSchedule *schedule = run->plan->schedule;
  g_autoptr (SfArray) denoised = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfArray) slope = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfArray) next = sf_array_new (x->n_dims, x->dims);
  g_autoptr (SfSamplerHistory) slopes = sf_sampler_history_new (ORDER, x);

  for (guint i = 0; i < schedule->n_steps; i++)
    {
      double sigma = schedule->sigmas[i];
      double sigma_next = schedule->sigmas[i + 1];
      SfArray *newest = sf_sampler_history_push (slopes);

      if (!sf_sampler_denoise (run, x, sigma, denoised, error))
        return FALSE;

      sf_sampler_copy (newest, x);
      sf_sampler_combine (newest, 1.0 / sigma, denoised, -1.0 / sigma);
      fill_slope (slope, slopes, MIN (i + 1, ORDER));

      if (i == 0 && sigma_next > 0.0)
        {
          sf_sampler_copy (next, x);
          sf_sampler_combine (next, 1.0, slope, sigma_next - sigma);
          if (!sf_sampler_denoise (run, next, sigma_next, denoised, error))
            return FALSE;

          sf_sampler_combine (slope, 0.5, next, 0.5 / sigma_next);
          sf_sampler_combine (slope, 1.0, denoised, -0.5 / sigma_next);
        }

      sf_sampler_copy (denoised, x);
      sf_sampler_combine (denoised, 1.0, slope, -sigma);
      sf_sampler_combine (x, 1.0, slope, sigma_next - sigma);
      if (!sf_sampler_report (run, i, x, denoised, error))
        return FALSE;
    }

  sf_sampler_to_unit_variance (run, x);
  return TRUE;
}

static void
count_plms (SfSamplerPlan *plan)
{
  plan->n_model_calls += plan->schedule->sigmas[1] > 0.0 ? 1 : 0;
}

static const SfSamplerMethods methods = {
  .spacing = SF_SPACING_ROUNDED,
  .unit_styles = SF_STYLE_BIT (SF_STYLE_PLAIN) | SF_STYLE_BIT (SF_STYLE_A1111)
                 | SF_STYLE_BIT (SF_STYLE_DIFFUSERS),
  .own_styles = SF_STYLE_BIT (SF_STYLE_PLAIN) | SF_STYLE_BIT (SF_STYLE_A1111),
  .n_calls = 1,
  .schedule = sf_sampler_ddim_schedule,
  .count = count_plms,
  .run = run_plms,
};

const SfSampler sf_sampler_plms = {
  .named = { "plms", "PLMS" },
  .automatic_schedule = "default",
  .methods = &methods,
};
