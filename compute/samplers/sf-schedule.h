/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samplers/sf-model-sigmas.h"
#include "samplers/sf-style.h"

G_BEGIN_DECLS

#define SF_MAX_STEPS SF_TRAIN_TIMESTEPS

/**
 * SfSchedule: the noise levels that a run goes through, falling.
 *
 * Immutable once made; its model must outlive it.
 */
typedef struct
{
  const SfModelSigmas *model;
  SfTimesteps timesteps;
  guint n_steps;  /* may differ from the number asked for */
  double *sigmas; /* [n_steps + 1]; the last is where the run ends, mostly 0 */
  double *t;      /* [n_steps], the timestep of the network at sigmas[i] */
} SfSchedule;

/* A rule that spaces noise levels. n is the number of steps; where nothing else is said a
 * schedule ends with sigma 0 and is the same in all styles.
 *
 *   default       timesteps linear from 999 to 0 (k-diffusion: sampling.py get_sigmas; A1111
 *                 "Uniform"; ComfyUI "normal"). In the style of diffusers, leading
 *   karras        sigma^(1/7) linear from the model's greatest to its least (k-diffusion:
 *                 get_sigmas_karras; Karras et al. 2022, equation 5)
 *   exponential   log sigma linear between the same (get_sigmas_exponential)
 *   sgm_uniform   timesteps linear as in default with one step more, the last left out
 *                 (A1111: sd_schedulers.py; ComfyUI: samplers.py)
 *   simple        every (1000 / n)-th sigma of the table from its noisy end (ComfyUI)
 *   ddim_uniform  every (1000 / n)-th sigma of the table from timestep 1 (ComfyUI); the
 *                 step is rounded down, so there may be more steps than asked for
 *   beta          quantiles of the beta distribution (0.6, 0.6) (Lee et al. 2024), as
 *                 timesteps, rounded, repeated ones left out (ComfyUI: beta_scheduler). In
 *                 A1111 and diffusers, as sigmas (sd_schedulers.py; _convert_to_beta)
 *   kl_optimal    arctan sigma linear from greatest to least (Sabour et al. 2024, 3.3; ComfyUI:
 *                 kl_optimal_scheduler). In A1111 n + 1 levels, the last of them the end
 *   ays           the eleven levels found for Stable Diffusion 1 (Sabour et al. 2024: "Align
 *                 your steps"), log sigma interpolated to n (A1111: sd_schedulers.py). In
 *                 ComfyUI to n + 1, the last replaced by 0, of levels with more digits
 *                 (nodes_align_your_steps.py)
 *   turbo         timesteps 999, 899, ... of which there are ten (ComfyUI:
 *                 nodes_custom_sampler.py SDTurboScheduler)
 *   linspace, leading, trailing
 *                 the timestep spacings of diffusers, with steps_offset 1, which differ between
 *                 kinds of samplers: SfSpacing. They have timesteps of their own, whole or
 *                 fractional, whatever SfTimesteps says; sigma is linear between two entries
 *                 of the table
 */
typedef struct _SfScheduleKind SfScheduleKind;

const SfNamed *const *sf_schedule_list (void);

/* Static. NULL and G_IO_ERROR_INVALID_ARGUMENT when there is none of that name. */
const SfScheduleKind *sf_schedule_kind_from_name (const char *name, GError **error);

/* What @self stands for in @style: "default" may be another kind there. */
const SfScheduleKind *sf_schedule_kind_in_style (const SfScheduleKind *self, SfStyle style);

/* One of the spacings of diffusers. */
gboolean sf_schedule_kind_is_spacing (const SfScheduleKind *self);

/* How linspace, leading and trailing count (diffusers: set_timesteps of the schedulers). */
typedef enum
{
  SF_SPACING_FRACTIONAL, /* linspace keeps fractions: Euler, Heun, DPM2, LMS */
  SF_SPACING_ROUNDED,    /* linspace rounds: DDIM, PNDM */
  SF_SPACING_ONE_MORE,   /* linspace and leading space n + 1 and leave out the last: DPM++, UniPC */
} SfSpacing;

typedef struct
{
  const SfScheduleKind *kind;
  const SfModelSigmas *model;
  guint n_steps;
  SfTimesteps timesteps;
  SfStyle style;
  SfSpacing spacing;
} SfScheduleParams;

/* The levels for n_steps; G_IO_ERROR_INVALID_ARGUMENT unless 1 <= n_steps <= SF_MAX_STEPS. */
SfSchedule *sf_schedule_new (const SfScheduleParams *params, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The schedule through the given levels: sigmas is [n_steps + 1], t [n_steps] or NULL: those
 * that belong to the sigmas. */
SfSchedule *sf_schedule_new_from_sigmas (const double *sigmas, const double *t, guint n_steps,
                                         const SfModelSigmas *model, SfTimesteps timesteps)
    G_GNUC_WARN_UNUSED_RESULT;

/* FALSE and G_IO_ERROR_INVALID_ARGUMENT unless 1 <= n_steps <= SF_MAX_STEPS. */
gboolean sf_schedule_check_steps (guint n_steps, GError **error);

/* The timestep at @sigma > 0: of the level, where it is one, else of the model. */
double sf_schedule_timestep (const SfSchedule *self, double sigma);

void sf_schedule_free (SfSchedule *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfSchedule, sf_schedule_free)

G_END_DECLS
