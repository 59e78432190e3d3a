/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-schedule.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

struct _SfScheduleKind
{
  SfNamed named;

  /* Writes at most SF_MAX_STEPS levels above 0; returns how many. */
  guint (*fill) (const SfModelSigmas *model, guint n_steps, double *sigmas);
};

/* Value @i of @n that run linearly from @first to @last; @first alone when n is 1. */
static double
linear (double first, double last, guint i, guint n)
{
  return n > 1 ? first + (last - first) * i / (n - 1) : first;
}

static guint
fill_default (const SfModelSigmas *model, guint n_steps, double *sigmas)
{
  for (guint i = 0; i < n_steps; i++)
    sigmas[i] = sf_model_sigmas_at (model, linear (SF_TRAIN_TIMESTEPS - 1, 0, i, n_steps));

  return n_steps;
}

static guint
fill_sgm_uniform (const SfModelSigmas *model, guint n_steps, double *sigmas)
{
  for (guint i = 0; i < n_steps; i++)
    sigmas[i] = sf_model_sigmas_at (model, linear (SF_TRAIN_TIMESTEPS - 1, 0, i, n_steps + 1));

  return n_steps;
}

static guint
fill_karras (const SfModelSigmas *model, guint n_steps, double *sigmas)
{
  const double rho = 7.0;
  double first = pow (sf_model_sigmas_max (model), 1.0 / rho);
  double last = pow (sf_model_sigmas_min (model), 1.0 / rho);

  for (guint i = 0; i < n_steps; i++)
    sigmas[i] = pow (linear (first, last, i, n_steps), rho);

  return n_steps;
}

static guint
fill_exponential (const SfModelSigmas *model, guint n_steps, double *sigmas)
{
  double first = log (sf_model_sigmas_max (model));
  double last = log (sf_model_sigmas_min (model));

  for (guint i = 0; i < n_steps; i++)
    sigmas[i] = exp (linear (first, last, i, n_steps));

  return n_steps;
}

static guint
fill_simple (const SfModelSigmas *model, guint n_steps, double *sigmas)
{
  for (guint i = 0; i < n_steps; i++)
    sigmas[i] = model->sigmas[SF_TRAIN_TIMESTEPS - 1 - i * SF_TRAIN_TIMESTEPS / n_steps];

  return n_steps;
}

static guint
fill_ddim_uniform (const SfModelSigmas *model, guint n_steps, double *sigmas)
{
  guint stride = SF_TRAIN_TIMESTEPS / n_steps;
  guint n = (SF_TRAIN_TIMESTEPS - 2) / stride + 1;

  for (guint i = 0; i < n; i++)
    sigmas[i] = model->sigmas[1 + (n - 1 - i) * stride];

  return n;
}

static const SfScheduleKind kinds[] = {
  { { "default", "Default" }, fill_default },
  { { "karras", "Karras" }, fill_karras },
  { { "exponential", "Exponential" }, fill_exponential },
  { { "sgm_uniform", "SGM uniform" }, fill_sgm_uniform },
  { { "simple", "Simple" }, fill_simple },
  { { "ddim_uniform", "DDIM uniform" }, fill_ddim_uniform },
};

const SfNamed *const *
sf_schedule_list (void)
{
  static const SfNamed *list[G_N_ELEMENTS (kinds) + 1];
  static gsize is_filled = 0;

  if (g_once_init_enter (&is_filled))
    {
      for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
        list[i] = &kinds[i].named;
      g_once_init_leave (&is_filled, 1);
    }

  return list;
}

const SfScheduleKind *
sf_schedule_kind_from_name (const char *name, GError **error)
{
  return (const SfScheduleKind *) sf_named_find (sf_schedule_list (), "schedule", name, error);
}

gboolean
sf_schedule_check_steps (guint n_steps, GError **error)
{
  if (n_steps >= 1 && n_steps <= SF_MAX_STEPS)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "plan a run of %u steps: there must be 1 to %u", n_steps, SF_MAX_STEPS);
  return FALSE;
}

SfSchedule *
sf_schedule_new (const SfScheduleKind *kind, const SfModelSigmas *model, guint n_steps,
                 SfTimesteps timesteps, GError **error)
{
  double sigmas[SF_MAX_STEPS + 1];
  guint n;

  g_return_val_if_fail (kind != NULL && model != NULL, NULL);

  if (!sf_schedule_check_steps (n_steps, error))
    return NULL;

  n = kind->fill (model, n_steps, sigmas);
  sigmas[n] = 0.0;

  return sf_schedule_new_from_sigmas (sigmas, n, model, timesteps);
}

SfSchedule *
sf_schedule_new_from_sigmas (const double *sigmas, guint n_steps, const SfModelSigmas *model,
                             SfTimesteps timesteps)
{
  SfSchedule *self = g_new (SfSchedule, 1);

  self->n_steps = n_steps;
  self->sigmas = g_memdup2 (sigmas, (n_steps + 1) * sizeof *sigmas);
  self->t = g_new (double, n_steps);
  for (guint i = 0; i < n_steps; i++)
    self->t[i] = sf_model_sigmas_timestep (model, sigmas[i], timesteps);

  return self;
}

void
sf_schedule_free (SfSchedule *self)
{
  if (self == NULL)
    return;

  g_free (self->sigmas);
  g_free (self->t);
  g_free (self);
}
