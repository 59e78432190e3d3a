/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samplers/sf-sampler.h"

G_BEGIN_DECLS

/* What a sampler file gives to sf-sampler.c. */
typedef struct _SfSamplerMethods
{
  /* The levels of a sampler with own_schedule, errors as sf_schedule_new(); NULL elsewhere. */
  SfSchedule *(*schedule) (const SfModelSigmas *model, guint n_steps, SfTimesteps timesteps,
                           GError **error);

  /* The scale of the noise at the first level; NULL for sigma itself. */
  double (*noise_scale) (double sigma);

  gboolean (*run) (const SfSamplerRun *run, SfArray *x, GError **error);
} SfSamplerMethods;

extern const SfSampler sf_sampler_euler;
extern const SfSampler sf_sampler_euler_a;
extern const SfSampler sf_sampler_dpmpp_2m;
extern const SfSampler sf_sampler_ddim;

/* Asks the model of @run at @sigma. */
gboolean sf_sampler_denoise (const SfSamplerRun *run, const SfArray *x, double sigma,
                             SfArray *denoised, GError **error);

/* Reports step @index, made, to the step callback of @run. */
gboolean sf_sampler_report (const SfSamplerRun *run, guint index, const SfArray *x,
                            const SfArray *denoised, GError **error);

/* Splits a step from @from to @to into a deterministic one to *@down and noise of
 * deviation *@up (k-diffusion: sampling.py get_ancestral_step). */
void sf_sampler_ancestral_step (double from, double to, double eta, double *down, double *up);

/* x = x_scale * x + y_scale * y. */
void sf_sampler_combine (SfArray *x, double x_scale, const SfArray *y, double y_scale);

/* The run of Euler's method with the noise of @eta, shared by euler, euler_a and ddim. */
gboolean sf_sampler_run_euler (const SfSamplerRun *run, SfArray *x, double eta, GError **error);

G_END_DECLS
