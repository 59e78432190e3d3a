/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-schedule-private.h"

#include <math.h>

#include "samplers/sf-beta-distribution.h"

#define LAST_TIMESTEP (SF_TRAIN_TIMESTEPS - 1)

/* Value @i of @n that run linearly from @first to @last; @first alone when n is 1. */
static double
linear (double first, double last, guint i, guint n)
{
  return n > 1 ? first + (last - first) * i / (n - 1) : first;
}

/* The same in single precision, counted from the nearer end, as torch.linspace does. The last
 * bits matter to Brownian noise, which is a function of sigma. */
static float
linear_single (float first, float last, guint i, guint n)
{
  const double step = n > 1 ? (last - first) / (float) (n - 1) : 0.0f;

  if (i < n / 2 || n == 1)
    return (float) (first + step * i);

  return (float) (last - step * (n - 1 - i));
}

/* The same in a table, whose entries stand for equal distances. */
static double
interpolate (const double *values, guint n_values, double position)
{
  double clamped = CLAMP (position, 0.0, n_values - 1.0);
  guint lower = MIN ((guint) clamped, n_values - 2);
  double weight = clamped - lower;

  return values[lower] + weight * (values[lower + 1] - values[lower]);
}

static void
add_sigma (SfLevels *levels, double sigma)
{
  levels->sigmas[levels->n_steps++] = sigma;
}

static void
fill_default (const SfScheduleParams *params, SfLevels *levels)
{
  for (guint i = 0; i < params->n_steps; i++)
    add_sigma (levels, sf_model_sigmas_at (params->model,
                                           linear_single (LAST_TIMESTEP, 0, i, params->n_steps)));
}

static void
fill_sgm_uniform (const SfScheduleParams *params, SfLevels *levels)
{
  for (guint i = 0; i < params->n_steps; i++)
    add_sigma (levels, sf_model_sigmas_at (params->model, linear_single (LAST_TIMESTEP, 0, i,
                                                                         params->n_steps + 1)));
}

static void
fill_karras (const SfScheduleParams *params, SfLevels *levels)
{
  const double rho = 7.0;
  const double first = pow (sf_model_sigmas_max (params->model), 1.0 / rho);
  const double last = pow (sf_model_sigmas_min (params->model), 1.0 / rho);

  for (guint i = 0; i < params->n_steps; i++)
    {
      float place = linear_single (0.0f, 1.0f, i, params->n_steps);
      float root = (float) first + place * (float) (last - first);

      add_sigma (levels, (float) pow (root, rho));
    }
}

static void
fill_exponential (const SfScheduleParams *params, SfLevels *levels)
{
  const float first = (float) log (sf_model_sigmas_max (params->model));
  const float last = (float) log (sf_model_sigmas_min (params->model));

  for (guint i = 0; i < params->n_steps; i++)
    add_sigma (levels, (float) exp (linear_single (first, last, i, params->n_steps)));
}

static void
fill_simple (const SfScheduleParams *params, SfLevels *levels)
{
  for (guint i = 0; i < params->n_steps; i++)
    add_sigma (levels,
               params->model->sigmas[LAST_TIMESTEP - i * SF_TRAIN_TIMESTEPS / params->n_steps]);
}

static void
fill_ddim_uniform (const SfScheduleParams *params, SfLevels *levels)
{
  guint stride = SF_TRAIN_TIMESTEPS / params->n_steps;
  guint n = (SF_TRAIN_TIMESTEPS - 2) / stride + 1;

  for (guint i = 0; i < n; i++)
    add_sigma (levels, params->model->sigmas[1 + (n - 1 - i) * stride]);
}

static void
fill_beta (const SfScheduleParams *params, SfLevels *levels)
{
  const double shape = 0.6;
  const double first = sf_model_sigmas_max (params->model);
  const double last = sf_model_sigmas_min (params->model);
  const gboolean spaces_sigmas = params->style == SF_STYLE_A1111
                                 || params->style == SF_STYLE_DIFFUSERS;
  guint previous = SF_TRAIN_TIMESTEPS;

  for (guint i = 0; i < params->n_steps; i++)
    {
      if (spaces_sigmas)
        {
          double p = linear (1.0, 0.0, i, params->n_steps);

          add_sigma (levels,
                     last + (first - last) * sf_beta_distribution_quantile (p, shape, shape));
        }
      else
        {
          double p = 1.0 - (double) i / params->n_steps;
          guint t = (guint) rint (LAST_TIMESTEP * sf_beta_distribution_quantile (p, shape, shape));

          if (t != previous)
            add_sigma (levels, params->model->sigmas[t]);
          previous = t;
        }
    }
}

static void
fill_kl_optimal (const SfScheduleParams *params, SfLevels *levels)
{
  const double first = atan (sf_model_sigmas_max (params->model));
  const double last = atan (sf_model_sigmas_min (params->model));
  const gboolean ends_above_zero = params->style == SF_STYLE_A1111;
  const guint n_levels = params->n_steps + (ends_above_zero ? 1 : 0);

  for (guint i = 0; i < params->n_steps; i++)
    add_sigma (levels, tan (linear (first, last, i, n_levels)));
  if (ends_above_zero)
    levels->sigmas[levels->n_steps] = sf_model_sigmas_min (params->model);
}

static void
fill_ays (const SfScheduleParams *params, SfLevels *levels)
{
  enum
  {
    N_ANCHORS = 11
  };
  static const double rounded[N_ANCHORS] = { 14.615, 6.475, 3.861, 2.697, 1.886, 1.396,
                                             0.963,  0.652, 0.399, 0.152, 0.029 };
  static const double exact[N_ANCHORS] = { 14.6146412293, 6.4745760956, 3.8636745985, 2.6946151520,
                                           1.8841921177,  1.3943805092, 0.9642583904, 0.6523686016,
                                           0.3977456272,  0.1515232662, 0.0291671582 };
  const gboolean is_comfyui = params->style == SF_STYLE_COMFYUI;
  const double *anchors = is_comfyui ? exact : rounded;
  const guint n_levels = params->n_steps + (is_comfyui ? 1 : 0);
  double logs[N_ANCHORS];

  for (guint i = 0; i < N_ANCHORS; i++)
    logs[i] = log (anchors[i]);

  /* Counted from the end: the one level of a single step is the last. */
  for (guint i = 0; i < params->n_steps; i++)
    {
      double position = linear (N_ANCHORS - 1, 0, n_levels - 1 - i, n_levels);

      add_sigma (levels, exp (interpolate (logs, N_ANCHORS, position)));
    }
}

static void
add_timestep (const SfScheduleParams *params, SfLevels *levels, double t)
{
  double clamped = CLAMP (t, 0.0, (double) LAST_TIMESTEP);

  levels->has_t = TRUE;
  levels->t[levels->n_steps] = clamped;
  add_sigma (levels, (float) interpolate (params->model->sigmas, SF_TRAIN_TIMESTEPS, clamped));
}

static void
fill_turbo (const SfScheduleParams *params, SfLevels *levels)
{
  const guint n_timesteps = 10;
  const guint stride = SF_TRAIN_TIMESTEPS / n_timesteps;

  for (guint i = 0; i < MIN (params->n_steps, n_timesteps); i++)
    add_timestep (params, levels, LAST_TIMESTEP - i * stride);
}

static guint
count_spaced (const SfScheduleParams *params)
{
  return params->n_steps + (params->spacing == SF_SPACING_ONE_MORE ? 1 : 0);
}

static void
fill_linspace (const SfScheduleParams *params, SfLevels *levels)
{
  const guint n = count_spaced (params);

  for (guint i = 0; i < params->n_steps; i++)
    {
      double t = n > 1 ? (double) LAST_TIMESTEP * (n - 1 - i) / (n - 1) : 0.0;

      add_timestep (params, levels, params->spacing == SF_SPACING_FRACTIONAL ? t : rint (t));
    }
}

static void
fill_leading (const SfScheduleParams *params, SfLevels *levels)
{
  const guint n = count_spaced (params);
  const guint stride = MAX (SF_TRAIN_TIMESTEPS / n, 1);
  const guint offset = 1;

  for (guint i = 0; i < params->n_steps; i++)
    add_timestep (params, levels, (n - 1 - i) * stride + offset);
}

static void
fill_trailing (const SfScheduleParams *params, SfLevels *levels)
{
  const double stride = (double) SF_TRAIN_TIMESTEPS / params->n_steps;

  for (guint i = 0; i < params->n_steps; i++)
    add_timestep (params, levels, rint (SF_TRAIN_TIMESTEPS - i * stride) - 1.0);
}

const SfScheduleKind sf_schedule_kinds[SF_N_SCHEDULE_KINDS] = {
  { { "default", "Uniform" }, FALSE, fill_default },
  { { "karras", "Karras" }, FALSE, fill_karras },
  { { "exponential", "Exponential" }, FALSE, fill_exponential },
  { { "sgm_uniform", "SGM Uniform" }, FALSE, fill_sgm_uniform },
  { { "simple", "Simple" }, FALSE, fill_simple },
  { { "ddim_uniform", "DDIM" }, FALSE, fill_ddim_uniform },
  { { "beta", "Beta" }, FALSE, fill_beta },
  { { "kl_optimal", "KL Optimal" }, FALSE, fill_kl_optimal },
  { { "ays", "Align Your Steps" }, FALSE, fill_ays },
  { { "turbo", "Turbo" }, FALSE, fill_turbo },
  { { "linspace", "Linspace" }, TRUE, fill_linspace },
  { { "leading", "Leading" }, TRUE, fill_leading },
  { { "trailing", "Trailing" }, TRUE, fill_trailing },
};
