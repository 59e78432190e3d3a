/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-schedule-private.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

const SfNamed *const *
sf_schedule_list (void)
{
  static const SfNamed *list[SF_N_SCHEDULE_KINDS + 1];
  static gsize is_filled = 0;

  if (g_once_init_enter (&is_filled))
    {
      for (guint i = 0; i < SF_N_SCHEDULE_KINDS; i++)
        list[i] = &sf_schedule_kinds[i].named;
      g_once_init_leave (&is_filled, 1);
    }

  return list;
}

const SfScheduleKind *
sf_schedule_kind_from_name (const char *name, GError **error)
{
  return (const SfScheduleKind *) sf_named_find (sf_schedule_list (), _ ("schedule"), name, error);
}

const SfScheduleKind *
sf_schedule_kind_in_style (const SfScheduleKind *self, SfStyle style)
{
  if (style == SF_STYLE_DIFFUSERS && g_str_equal (self->named.name, "default"))
    return sf_schedule_kind_from_name ("leading", NULL);

  return self;
}

gboolean
sf_schedule_kind_is_spacing (const SfScheduleKind *self)
{
  return self->is_spacing;
}

gboolean
sf_schedule_check_steps (guint n_steps, GError **error)
{
  if (n_steps >= 1 && n_steps <= SF_MAX_STEPS)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _ ("plan a run of %u steps: there must be 1 to %u"), n_steps, SF_MAX_STEPS);
  return FALSE;
}

/* Levels that do not fall, where a rule has more steps than the table entries. */
static void
drop_repeated (SfLevels *levels)
{
  guint n_kept = 1;

  for (guint i = 1; i <= levels->n_steps; i++)
    if (levels->sigmas[i] < levels->sigmas[n_kept - 1])
      {
        if (i < levels->n_steps)
          levels->t[n_kept] = levels->t[i];
        levels->sigmas[n_kept++] = levels->sigmas[i];
      }

  levels->n_steps = n_kept - 1;
}

SfSchedule *
sf_schedule_new (const SfScheduleParams *params, GError **error)
{
  g_autofree SfLevels *levels = NULL;
  const SfScheduleKind *kind;

  g_return_val_if_fail (params->kind != NULL && params->model != NULL, NULL);

  if (!sf_schedule_check_steps (params->n_steps, error))
    return NULL;

  levels = g_new0 (SfLevels, 1);
  kind = sf_schedule_kind_in_style (params->kind, params->style);
  kind->fill (params, levels);
  drop_repeated (levels);

  return sf_schedule_new_from_sigmas (levels->sigmas, levels->has_t ? levels->t : NULL,
                                      levels->n_steps, params->model, params->timesteps);
}

SfSchedule *
sf_schedule_new_from_sigmas (const double *sigmas, const double *t, guint n_steps,
                             const SfModelSigmas *model, SfTimesteps timesteps)
{
  SfSchedule *self = g_new (SfSchedule, 1);

  self->model = model;
  self->timesteps = timesteps;
  self->n_steps = n_steps;
  self->sigmas = g_memdup2 (sigmas, (n_steps + 1) * sizeof *sigmas);
  self->t = g_new (double, n_steps);
  for (guint i = 0; i < n_steps; i++)
    self->t[i] = t != NULL ? t[i] : sf_model_sigmas_timestep (model, sigmas[i], timesteps);

  return self;
}

double
sf_schedule_timestep (const SfSchedule *self, double sigma)
{
  for (guint i = 0; i < self->n_steps; i++)
    if (self->sigmas[i] == sigma)
      return self->t[i];

  return sf_model_sigmas_timestep (self->model, sigma, self->timesteps);
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
