/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samplers/sf-sampler-history.h"
#include "samplers/sf-sampler.h"

G_BEGIN_DECLS

#define SF_STYLE_BIT(style) (1u << (style))
#define SF_EVERY_STYLE (~0u)

/* What a sampler file gives to sf-sampler.c. */
typedef struct _SfSamplerMethods
{
  SfSpacing spacing;
  double eta;             /* its own */
  gboolean has_fixed_eta; /* takes no other */

  /* SF_STYLE_BIT()s of the styles in which ... */
  guint unit_styles;     /* it is written for states of variance 1 */
  guint own_styles;      /* it has a schedule of its own */
  guint discard_styles;  /* the penultimate level is left out */
  guint brownian_styles; /* its noise is that of a Brownian path over sigma */

  /* How often a step that does not end on sigma 0 asks the model and, with eta, the noise
   * source. A step that does asks the model once. */
  guint n_calls;
  guint n_noises;

  /* The levels, errors as sf_schedule_new(). NULL: sf_sampler_schedule(). */
  SfSchedule *(*schedule) (const SfSamplerPlanParams *params, GError **error);

  /* Corrects the counts in the plan where the rule above does not hold. May be NULL. */
  void (*count) (SfSamplerPlan *plan);

  gboolean (*run) (const SfSamplerRun *run, SfArray *x, GError **error);
} SfSamplerMethods;

extern const SfSampler sf_sampler_euler;
extern const SfSampler sf_sampler_euler_a;
extern const SfSampler sf_sampler_heun;
extern const SfSampler sf_sampler_dpm2;
extern const SfSampler sf_sampler_dpm2_a;
extern const SfSampler sf_sampler_lms;
extern const SfSampler sf_sampler_dpmpp_2s_a;
extern const SfSampler sf_sampler_dpmpp_2m;
extern const SfSampler sf_sampler_dpmpp_sde;
extern const SfSampler sf_sampler_dpmpp_2m_sde;
extern const SfSampler sf_sampler_dpmpp_3m_sde;
extern const SfSampler sf_sampler_ddim;
extern const SfSampler sf_sampler_plms;
extern const SfSampler sf_sampler_unipc;
extern const SfSampler sf_sampler_lcm;

/* The levels of the schedule in @params. */
SfSchedule *sf_sampler_schedule (const SfSamplerPlanParams *params, GError **error);

/* Asks the model of @run at @sigma. */
gboolean sf_sampler_denoise (const SfSamplerRun *run, const SfArray *x, double sigma,
                             SfArray *denoised, GError **error);

/* Adds noise of deviation @scale, drawn for the way from @sigma to @sigma_next, to @x. A
 * scale of 0 draws nothing. @scratch has the shape of @x. */
gboolean sf_sampler_add_noise (const SfSamplerRun *run, SfArray *x, double sigma, double sigma_next,
                               double scale, SfArray *scratch, GError **error);

/* Reports step @index, made, to the step callback of @run. */
gboolean sf_sampler_report (const SfSamplerRun *run, guint index, const SfArray *x,
                            const SfArray *denoised, GError **error);

/* Splits a step from @from to @to into a deterministic one to *@down and noise of
 * deviation *@up (k-diffusion: sampling.py get_ancestral_step). */
void sf_sampler_ancestral_step (double from, double to, double eta, double *down, double *up);

void sf_sampler_copy (SfArray *to, const SfArray *from);

void sf_sampler_scale (SfArray *x, double scale);

/* x = x_scale * x + y_scale * y. */
void sf_sampler_combine (SfArray *x, double x_scale, const SfArray *y, double y_scale);

/* The levels of ddim and plms. */
SfSchedule *sf_sampler_ddim_schedule (const SfSamplerPlanParams *params, GError **error);

/* Makes a state on the last level one of variance 1. */
void sf_sampler_to_unit_variance (const SfSamplerRun *run, SfArray *x);

/* sqrt (1 + sigma^2): what a state at @sigma is divided by to have variance 1. */
double sf_sampler_unit_scale (double sigma);

G_END_DECLS
