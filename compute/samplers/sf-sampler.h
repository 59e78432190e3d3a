/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"
#include "samplers/sf-noise.h"
#include "samplers/sf-schedule.h"
#include "samplers/sf-style.h"

G_BEGIN_DECLS

/* Samplers: from noise to a latent in steps, each asking a model what the clean
 * latent looks like.
 *
 * One convention holds for all of them, that of k-diffusion: the state is
 *
 *     x = latent + sigma * noise
 *
 * and the model is asked for the "denoised" latent in it (sf-prediction.h makes
 * the network's input from x and denoised from its output). DDIM, which its
 * authors write for states of variance 1, x / sqrt (1 + sigma^2), is carried out
 * in the same units; only the noise it starts from and the level it ends on
 * differ, and both are in the plan. A run is thus always
 *
 *     x = latent or 0; x += plan->noise_scale * unit noise; sf_sampler_run (&run, x)
 *
 * and leaves the finished latent in x. States are f32, coefficients double. */

/* Who makes the steps. name/title as in every SfNamed; methods are private. */
typedef struct
{
  SfNamed named;
  const char *automatic_schedule; /* what A1111's "Automatic" means with it: "karras"; names as
                                     in sf_schedule_list() */
  const struct _SfSamplerMethods *methods;
} SfSampler;

/* Each element is the first member of a static SfSampler. Where no other source is given they
 * are those of k-diffusion's sampling.py.
 *
 *   euler, euler_a, heun, dpm2, dpm2_a, lms, dpmpp_2s_a, dpmpp_2m, dpmpp_sde, dpmpp_2m_sde,
 *   dpmpp_3m_sde
 *   ddim, plms   ldm: models/diffusion, on their own uniform timesteps. A1111 leaves out the last
 *                step; ComfyUI and diffusers take the schedule chosen; diffusers' plms is PNDM
 *   unipc        Zhao et al. 2023, third order, bh1; A1111 with its own uniform timesteps,
 *                diffusers second order, bh2
 *   lcm          Luo et al. 2023: the denoised latent and new noise. A1111 and diffusers keep
 *                to the fifty timesteps of the distillation and blend in the state */
const SfNamed *const *sf_sampler_list (void);

/* Static. NULL and G_IO_ERROR_INVALID_ARGUMENT when there is none of that name. */
const SfSampler *sf_sampler_from_name (const char *name, GError **error);

/* Whether the sampler runs on levels of its own in that style, whatever the schedule chosen. */
gboolean sf_sampler_has_own_schedule (const SfSampler *self, SfStyle style);

/* Whether its runs draw noise when eta is its own. */
gboolean sf_sampler_draws_noise (const SfSampler *self);

/* What a plan is made of. All but eta may be left zero where it has a name for that. */
typedef struct
{
  const SfSampler *sampler;
  const SfScheduleKind *schedule;
  const SfModelSigmas *model; /* of either table in sf-model-sigmas.h */
  guint n_steps;
  SfTimesteps timesteps;
  SfStyle style;
  double eta;                   /* share of noise, 0 ... 1; negative: the sampler's own */
  SfSwitch discard_penultimate; /* plan a step more and leave out the last level above the end */
  SfStartNoise start_noise;
} SfSamplerPlanParams;

/**
 * SfSamplerPlan: all that is known of a run before it starts.
 *
 * Immutable once made; the model of its parameters must outlive it.
 */
typedef struct
{
  SfSamplerPlanParams params; /* with eta resolved */
  SfSchedule *schedule;
  guint n_model_calls;
  guint n_noises;     /* how often the run asks its noise source */
  double noise_scale; /* of the unit noise that the run starts from */
} SfSamplerPlan;

/* The plan may have another number of steps than asked for: some schedules round.
 *
 * SF_SWITCH_AUTO discards the penultimate level where the style's program does: in A1111
 * for dpm2, dpm2_a and dpmpp_3m_sde (A1111: sd_samplers_kdiffusion.py), in ComfyUI for
 * dpm2, dpm2_a and unipc (ComfyUI: samplers.py).
 *
 * SF_START_NOISE_AUTO is sigma, with these exceptions: samplers written for states of
 * variance 1 (ddim, plms, unipc; in diffusers also dpmpp_2m and what comes of it, and lcm) take
 * the variance form, except in ComfyUI; ComfyUI takes it where a run
 * starts on the model's greatest level (samplers.py max_denoise), diffusers on the leading
 * schedule (scheduling_euler_discrete.py init_noise_sigma).
 *
 * Errors as in sf_schedule_new(), and for an eta above 1. */
SfSamplerPlan *sf_sampler_plan_new (const SfSamplerPlanParams *params, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_sampler_plan_free (SfSamplerPlan *self);

/* Asks the model: fills @denoised, of the shape of @x, from the state @x with noise
 * of deviation @sigma; @t is the timestep for the network. FALSE with @error set
 * ends the run; that is also how to cancel (G_IO_ERROR_CANCELLED). */
typedef gboolean (*SfDenoiseFunc) (const SfArray *x, double sigma, double t, SfArray *denoised,
                                   gpointer user_data, GError **error);

/* A step that was made. The arrays belong to the run. */
typedef struct
{
  guint index; /* from 0 */
  guint n_steps;
  double sigma;            /* level the step began on */
  double sigma_next;       /* level of x now */
  const SfArray *x;        /* state after the step */
  const SfArray *denoised; /* what the model made of the state before: the preview */
} SfSamplerStep;

/* Told of each step; FALSE with @error set ends the run. */
typedef gboolean (*SfStepFunc) (const SfSamplerStep *step, gpointer user_data, GError **error);

typedef struct
{
  const SfSamplerPlan *plan;
  SfNoise *noise; /* needed where plan->n_noises > 0 */
  SfDenoiseFunc denoise;
  SfStepFunc step;    /* may be NULL */
  gpointer user_data; /* for both */
} SfSamplerRun;

/* Carries out the plan on the calling thread: @x, any shape, is the first state and
 * becomes the finished latent. On failure x is what the last whole step left. Fails
 * with the error of a callback, or before the first step when the noise source
 * cannot serve the run (sf_noise_check()). */
gboolean sf_sampler_run (const SfSamplerRun *run, SfArray *x, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfSamplerPlan, sf_sampler_plan_free)

G_END_DECLS
