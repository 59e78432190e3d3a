/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"

G_BEGIN_DECLS

/* From a sampler's state x = latent + sigma * noise to what the network reads, and
 * from what it answers to the denoised latent. */

/* What a network was trained to answer (k-diffusion: external.py
 * DiscreteEpsDDPMDenoiser, DiscreteVDDPMDenoiser). */
typedef enum
{
  /* The unit noise: denoised = x - sigma * eps. */
  SF_PREDICTION_EPSILON,

  /* Salimans and Ho 2022: denoised = x / (sigma^2 + 1) - v * sigma / sqrt (sigma^2 + 1). */
  SF_PREDICTION_V,
} SfPrediction;

/* input = x / sqrt (sigma^2 + 1), of variance 1. @input [k * batch, ...] holds x
 * [batch, ...] k times, one after the other: with k = 2 the two halves of guidance.
 * Its number of values must be a multiple of that of @x. */
void sf_prediction_fill_input (const SfArray *x, double sigma, SfArray *input);

/* @output, @x and @denoised are of one shape; @denoised may be @output. */
void sf_prediction_to_denoised (SfPrediction prediction, const SfArray *x, double sigma,
                                const SfArray *output, SfArray *denoised);

G_END_DECLS
