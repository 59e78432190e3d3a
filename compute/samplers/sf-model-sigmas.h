/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samplers/sf-named.h"

G_BEGIN_DECLS

#define SF_TRAIN_TIMESTEPS 1000

/**
 * SfModelSigmas: the noise levels that a model was trained with.
 *
 * alphas_cumprod[t] is the share of the picture's variance left at timestep t
 * when the whole has variance 1 ("variance preserving"); sigmas[t] =
 * sqrt ((1 - alphas_cumprod[t]) / alphas_cumprod[t]) is the deviation of the
 * noise when the picture is left at its own size ("variance exploding", as
 * k-diffusion has it). Both run from little noise to much.
 *
 * The values are those of single precision, and so are the conversions between
 * sigma and timestep, as in the reference programs: whole schedules fall exactly
 * half-way between two timesteps, and the last bit decides which one they take.
 */
typedef struct
{
  double alphas_cumprod[SF_TRAIN_TIMESTEPS];
  double sigmas[SF_TRAIN_TIMESTEPS];
  double log_sigmas[SF_TRAIN_TIMESTEPS];
} SfModelSigmas;

/* How a sigma becomes the timestep that the network is given. */
typedef enum
{
  /* Linear in log sigma between the two neighbours in the table, fractional
   * (k-diffusion: external.py, DiscreteSchedule.sigma_to_t). */
  SF_TIMESTEPS_CONTINUOUS,

  /* The timestep of the nearest log sigma (the same with quantize=True;
   * ComfyUI: model_sampling.py). */
  SF_TIMESTEPS_INTEGER,
} SfTimesteps;

/* Names: "continuous", "integer". */
const SfNamed *const *sf_timesteps_list (void);
gboolean sf_timesteps_from_name (const char *name, SfTimesteps *timesteps, GError **error);

/* The levels of Stable Diffusion 1, 2 and XL: sqrt (beta) linear from
 * sqrt (0.00085) to sqrt (0.012), alphas_cumprod the products of 1 - beta, in
 * double precision and then rounded to single as checkpoints store them
 * (ldm: modules/diffusionmodules/util.py, make_beta_schedule "linear"). Static;
 * any thread. */
const SfModelSigmas *sf_model_sigmas_stable_diffusion (void);

/* The same with its noisiest level made pure noise: sqrt (alphas_cumprod) shifted so that
 * the last is 0 and stretched so that the first stays, as models of v prediction with
 * "zero terminal SNR" are trained (Lin et al. 2023, algorithm 1). The last, whose sigma
 * would be infinite, is 4.8973451890853435e-08, sigma 4518.8, as in A1111 (sd_models.py)
 * and ComfyUI (model_sampling.py). Static; any thread. */
const SfModelSigmas *sf_model_sigmas_zero_terminal_snr (void);

/* Timestep of @sigma > 0, between 0 and SF_TRAIN_TIMESTEPS - 1: sigmas outside the
 * table have that of its end. Exact for a sigma of the table. */
double sf_model_sigmas_timestep (const SfModelSigmas *self, double sigma, SfTimesteps timesteps);

/* Sigma of a fractional timestep: the inverse of the continuous form
 * (k-diffusion: external.py, DiscreteSchedule.t_to_sigma). */
double sf_model_sigmas_at (const SfModelSigmas *self, double timestep);

double sf_model_sigmas_min (const SfModelSigmas *self);
double sf_model_sigmas_max (const SfModelSigmas *self);

G_END_DECLS
