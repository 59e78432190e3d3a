/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-private.h"

#include <math.h>

#define MAX_ORDER 3

/* Zhao et al. 2023: "UniPC", with data prediction. In -ln sigma, with h the step and r_k the
 * way back to the k-th level before it, in steps, both the predictor and the corrector are
 *
 *     x' = (sigma' / sigma) x - expm1 (-h) D_0 - B sum rho_k (D_k - D_0) / r_k
 *
 * over the denoised latents D_k of the levels passed; the corrector, which starts from the
 * same x, also knows the one of the level reached, with r = 1. */

typedef struct
{
  guint order;  /* greatest */
  gboolean bh2; /* B is expm1 (-h), not -h */
  double end;   /* level that stands for sigma 0 */
} Variant;

/* The publication's defaults, as A1111 (modules/models/diffusion/uni_pc) and ComfyUI
 * (comfy/extra_samplers/uni_pc.py) have them, and those of diffusers. */
static Variant
choose_variant (SfStyle style)
{
  if (style == SF_STYLE_DIFFUSERS)
    return (Variant){ .order = 2, .bh2 = TRUE };

  return (Variant){ .order = 3, .end = 0.001 };
}

/* Solves sum_k rho_k nodes_k^i = b_i, i < n, by elimination. */
static void
solve (guint n, const double *nodes, const double *b, double *rho)
{
  double rows[MAX_ORDER][MAX_ORDER + 1];

  for (guint i = 0; i < n; i++)
    {
      for (guint k = 0; k < n; k++)
        rows[i][k] = pow (nodes[k], i);
      rows[i][n] = b[i];
    }

  for (guint i = 0; i < n; i++)
    for (guint j = i + 1; j < n; j++)
      {
        double factor = rows[j][i] / rows[i][i];

        for (guint k = i; k <= n; k++)
          rows[j][k] -= factor * rows[i][k];
      }

  for (guint i = n; i-- > 0;)
    {
      rho[i] = rows[i][n];
      for (guint k = i + 1; k < n; k++)
        rho[i] -= rows[i][k] * rho[k];
      rho[i] /= rows[i][i];
    }
}

/* A step of order @order from x at sigmas[0] to @sigma_next. @denoised has the answers at
 * sigmas[0], sigmas[-1], ..., after @reached, the one at @sigma_next, in the corrector. */
static void
make_step (SfArray *x, const double *sigmas, double sigma_next, const Variant *variant, guint order,
           const SfSamplerHistory *denoised, const SfArray *reached)
{
  const guint newest = reached != NULL ? 1 : 0;
  const SfArray *origin = sf_sampler_history_get (denoised, newest);
  const double h = log (sigmas[0] / sigma_next);
  const double scale = variant->bh2 ? expm1 (-h) : -h;
  const guint n = order - 1 + newest;
  double nodes[MAX_ORDER], b[MAX_ORDER], rho[MAX_ORDER];
  double phi = expm1 (-h) / -h - 1.0;
  double factorial = 1.0;

  for (guint k = 0; k + 1 < order; k++)
    nodes[k] = log (sigmas[0] / *(sigmas - k - 1)) / h;
  if (reached != NULL)
    nodes[order - 1] = 1.0;

  for (guint i = 0; i < n; i++)
    {
      b[i] = phi * factorial / scale;
      factorial *= i + 2;
      phi = phi / -h - 1.0 / factorial;
    }

  if (n == 1)
    rho[0] = 0.5;
  else
    solve (n, nodes, b, rho);

  sf_sampler_combine (x, sigma_next / sigmas[0], origin, -expm1 (-h));
  for (guint k = 0; k < n; k++)
    {
      const SfArray *other = k + 1 < order ? sf_sampler_history_get (denoised, newest + k + 1)
                                           : reached;

      sf_sampler_combine (x, 1.0, other, -scale * rho[k] / nodes[k]);
      sf_sampler_combine (x, 1.0, origin, scale * rho[k] / nodes[k]);
    }
}

static gboolean
run_unipc (const SfSamplerRun *run, SfArray *x, GError **error)
{
  const SfSamplerPlan *plan = run->plan;
  const SfSchedule *schedule = plan->schedule;
  const Variant variant = choose_variant (plan->params.style);
  g_autoptr (SfSamplerHistory) history = sf_sampler_history_new (MAX_ORDER + 1, x);
  g_autoptr (SfArray) corrected = sf_array_new (x->n_dims, x->dims);
  guint order = 0;

  for (guint i = 0; i < schedule->n_steps; i++)
    {
      const double *sigmas = schedule->sigmas + i;
      SfArray *denoised = sf_sampler_history_push (history);

      if (!sf_sampler_denoise (run, x, sigmas[0], denoised, error))
        return FALSE;

      if (i > 0)
        make_step (corrected, sigmas - 1, sigmas[0], &variant, order, history, denoised);
      else
        sf_sampler_copy (corrected, x);

      order = MIN (variant.order, MIN (i + 1, schedule->n_steps - i));
      sf_sampler_copy (x, corrected);
      make_step (x, sigmas, MAX (sigmas[1], variant.end), &variant, order, history, NULL);
      if (!sf_sampler_report (run, i, x, denoised, error))
        return FALSE;
    }

  if (sf_sampler_has_own_schedule (plan->params.sampler, plan->params.style))
    sf_sampler_to_unit_variance (run, x);
  return TRUE;
}

/* A1111 spaces time, from 1 to 1/1000, in as many steps as ddim has, and interpolates the
 * logarithm of alpha between the timesteps. */
static SfSchedule *
a1111_schedule (const SfSamplerPlanParams *params)
{
  const SfModelSigmas *model = params->model;
  const guint stride = SF_TRAIN_TIMESTEPS / params->n_steps;
  const guint n_steps = (SF_TRAIN_TIMESTEPS - 1) / stride + 1;
  double sigmas[SF_MAX_STEPS + 1];
  double t[SF_MAX_STEPS];

  for (guint i = 0; i < n_steps; i++)
    {
      guint lower;
      double weight, log_alpha;

      t[i] = (SF_TRAIN_TIMESTEPS - 1) * (1.0 - (double) i / n_steps);
      lower = MIN ((guint) t[i], SF_TRAIN_TIMESTEPS - 2);
      weight = t[i] - lower;
      log_alpha = (1.0 - weight) * log (model->alphas_cumprod[lower])
                  + weight * log (model->alphas_cumprod[lower + 1]);
      sigmas[i] = sqrt (expm1 (-log_alpha));
    }
  sigmas[n_steps] = model->sigmas[0];

  return sf_schedule_new_from_sigmas (sigmas, t, n_steps, model, params->timesteps);
}

static SfSchedule *
unipc_schedule (const SfSamplerPlanParams *params, GError **error)
{
  if (params->style == SF_STYLE_A1111)
    return a1111_schedule (params);

  return sf_sampler_schedule (params, error);
}

static const SfSamplerMethods methods = {
  .spacing = SF_SPACING_ONE_MORE,
  .unit_styles = SF_STYLE_BIT (SF_STYLE_PLAIN) | SF_STYLE_BIT (SF_STYLE_A1111)
                 | SF_STYLE_BIT (SF_STYLE_DIFFUSERS),
  .own_styles = SF_STYLE_BIT (SF_STYLE_A1111),
  .discard_styles = SF_STYLE_BIT (SF_STYLE_COMFYUI),
  .n_calls = 1,
  .schedule = unipc_schedule,
  .run = run_unipc,
};

const SfSampler sf_sampler_unipc = {
  .named = { "unipc", "UniPC" },
  .automatic_schedule = "default",
  .methods = &methods,
};
