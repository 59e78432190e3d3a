/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-model-sigmas.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static const SfNamed timesteps_named[] = {
  [SF_TIMESTEPS_CONTINUOUS] = { "continuous", "Continuous" },
  [SF_TIMESTEPS_INTEGER] = { "integer", "Integer" },
};

const SfNamed *const *
sf_timesteps_list (void)
{
  static const SfNamed *const list[] = { &timesteps_named[SF_TIMESTEPS_CONTINUOUS],
                                         &timesteps_named[SF_TIMESTEPS_INTEGER], NULL };

  return list;
}

gboolean
sf_timesteps_from_name (const char *name, SfTimesteps *timesteps, GError **error)
{
  const SfNamed *named = sf_named_find (sf_timesteps_list (), _ ("timestep form"), name, error);

  if (named == NULL)
    return FALSE;

  *timesteps = (SfTimesteps) (named - timesteps_named);
  return TRUE;
}

static void
set_level (SfModelSigmas *self, guint t, float alpha_cumprod)
{
  self->alphas_cumprod[t] = alpha_cumprod;
  self->sigmas[t] = sqrtf ((1.0f - alpha_cumprod) / alpha_cumprod);
  self->log_sigmas[t] = (float) log (self->sigmas[t]);
}

const SfModelSigmas *
sf_model_sigmas_stable_diffusion (void)
{
  static SfModelSigmas sigmas;
  static gsize is_filled = 0;

  if (g_once_init_enter (&is_filled))
    {
      const double first = sqrt (0.00085);
      const double last = sqrt (0.012);
      double product = 1.0;

      for (guint t = 0; t < SF_TRAIN_TIMESTEPS; t++)
        {
          double root = first + (last - first) / (SF_TRAIN_TIMESTEPS - 1) * t;

          product *= 1.0 - root * root;
          set_level (&sigmas, t, (float) product);
        }

      g_once_init_leave (&is_filled, 1);
    }

  return &sigmas;
}

const SfModelSigmas *
sf_model_sigmas_zero_terminal_snr (void)
{
  static const float last_alpha = 4.8973451890853435e-08f;
  static SfModelSigmas sigmas;
  static gsize is_filled = 0;

  if (g_once_init_enter (&is_filled))
    {
      const SfModelSigmas *plain = sf_model_sigmas_stable_diffusion ();
      const float first = sqrtf ((float) plain->alphas_cumprod[0]);
      const float last = sqrtf ((float) plain->alphas_cumprod[SF_TRAIN_TIMESTEPS - 1]);
      const float stretch = first / (first - last);

      for (guint t = 0; t < SF_TRAIN_TIMESTEPS - 1; t++)
        {
          float root = (sqrtf ((float) plain->alphas_cumprod[t]) - last) * stretch;

          set_level (&sigmas, t, root * root);
        }
      set_level (&sigmas, SF_TRAIN_TIMESTEPS - 1, last_alpha);

      g_once_init_leave (&is_filled, 1);
    }

  return &sigmas;
}

/* The timestep whose log sigma is the last one not above @log_sigma, clamped so
 * that it has a successor. */
static guint
find_lower (const SfModelSigmas *self, double log_sigma)
{
  guint low = 0;
  guint high = SF_TRAIN_TIMESTEPS - 1;

  while (high - low > 1)
    {
      guint middle = (low + high) / 2;

      if (self->log_sigmas[middle] <= log_sigma)
        low = middle;
      else
        high = middle;
    }

  return low;
}

double
sf_model_sigmas_timestep (const SfModelSigmas *self, double sigma, SfTimesteps timesteps)
{
  double log_sigma = (float) log (sigma);
  guint lower = find_lower (self, log_sigma);
  double below = log_sigma - self->log_sigmas[lower];
  double above = self->log_sigmas[lower + 1] - log_sigma;

  if (timesteps == SF_TIMESTEPS_INTEGER)
    return above < below ? lower + 1 : lower;

  return lower + CLAMP (below / (below + above), 0.0, 1.0);
}

double
sf_model_sigmas_at (const SfModelSigmas *self, double timestep)
{
  double clamped = CLAMP (timestep, 0.0, SF_TRAIN_TIMESTEPS - 1.0);
  guint lower = MIN ((guint) clamped, SF_TRAIN_TIMESTEPS - 2);
  float low = (float) self->log_sigmas[lower];
  float high = (float) self->log_sigmas[lower + 1];
  float weight = (float) (clamped - lower);
  float log_sigma = (1.0f - weight) * low + weight * high;

  return (float) exp (log_sigma);
}

double
sf_model_sigmas_min (const SfModelSigmas *self)
{
  return self->sigmas[0];
}

double
sf_model_sigmas_max (const SfModelSigmas *self)
{
  return self->sigmas[SF_TRAIN_TIMESTEPS - 1];
}
