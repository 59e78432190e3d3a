/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samplers/sf-generator.h"

G_BEGIN_DECLS

/**
 * SfBrownian: a Brownian path over sigma, the same for a seed however it is stepped through.
 *
 * Bit for bit torchsde's BrownianTree as k-diffusion uses it (k-diffusion: sampling.py
 * BrownianTreeNoiseSampler; torchsde: brownian_interval.py): the span of sigma is halved again
 * and again, places are rounded to six decimals, and the value in each middle is drawn by a
 * generator of its own, seeded from the path's seed and the place in the tree. With
 * SF_NOISE_PHILOX those generators are A1111's, which puts its own in torch's place
 * (A1111: sd_samplers_common.py).
 */
typedef struct
{
  SfNoiseKind kind;
  guint64 seed;
  gsize n_values;
  double start;
  double end;
  float deviation; /* of the whole way */
} SfBrownian;

/* A path of @n_values values between the sigmas @least and @greatest. */
SfBrownian sf_brownian (SfNoiseKind kind, guint64 seed, gsize n_values, double least,
                        double greatest);

/* Fills @values with what the path does on the way down from @sigma to @sigma_next, divided by
 * the root of the distance: normal values. */
void sf_brownian_normal (const SfBrownian *self, double sigma, double sigma_next, float *values);

G_END_DECLS
