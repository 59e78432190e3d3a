/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samplers/sf-model-sigmas.h"

G_BEGIN_DECLS

#define SF_MAX_STEPS SF_TRAIN_TIMESTEPS

/**
 * SfSchedule: the noise levels that a run goes through, falling.
 *
 * Immutable once made.
 */
typedef struct
{
  guint n_steps;  /* may differ from the number asked for */
  double *sigmas; /* [n_steps + 1]; the last is where the run ends, mostly 0 */
  double *t;      /* [n_steps], the timestep of the network at sigmas[i] */
} SfSchedule;

/* A rule that spaces noise levels.
 *
 *   default       timesteps linear from 999 to 0 (k-diffusion: sampling.py get_sigmas;
 *                 ComfyUI "normal")
 *   karras        sigma^(1/7) linear from the model's greatest to its least (k-diffusion:
 *                 sampling.py get_sigmas_karras; Karras et al. 2022, equation 5)
 *   exponential   log sigma linear between the same (get_sigmas_exponential)
 *   sgm_uniform   timesteps linear as in default with one step more, the last left out
 *                 (A1111: sd_schedulers.py; ComfyUI: samplers.py)
 *   simple        every (1000 / n)-th sigma of the table from its noisy end (ComfyUI)
 *   ddim_uniform  every (1000 / n)-th sigma of the table from timestep 1 (ComfyUI); the
 *                 step is rounded down, so there may be more steps than asked for
 *
 * All end with sigma 0. */
typedef struct _SfScheduleKind SfScheduleKind;

const SfNamed *const *sf_schedule_list (void);

/* Static. NULL and G_IO_ERROR_INVALID_ARGUMENT when there is none of that name. */
const SfScheduleKind *sf_schedule_kind_from_name (const char *name, GError **error);

/* The levels for @n_steps; G_IO_ERROR_INVALID_ARGUMENT unless 1 <= n_steps <= SF_MAX_STEPS. */
SfSchedule *sf_schedule_new (const SfScheduleKind *kind, const SfModelSigmas *model, guint n_steps,
                             SfTimesteps timesteps, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The schedule through the given levels: sigmas is [n_steps + 1]. */
SfSchedule *sf_schedule_new_from_sigmas (const double *sigmas, guint n_steps,
                                         const SfModelSigmas *model, SfTimesteps timesteps)
    G_GNUC_WARN_UNUSED_RESULT;

/* FALSE and G_IO_ERROR_INVALID_ARGUMENT unless 1 <= n_steps <= SF_MAX_STEPS. */
gboolean sf_schedule_check_steps (guint n_steps, GError **error);

void sf_schedule_free (SfSchedule *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfSchedule, sf_schedule_free)

G_END_DECLS
