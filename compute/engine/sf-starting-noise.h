/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sf-request.h"
#include "samplers/sf-noise.h"

G_BEGIN_DECLS

/* Seeds of one of a request's pictures, as A1111 counts them (modules/processing.py): where a variation is mixed in,
 * it is the variation's seed that counts up. */
typedef struct
{
  guint64 seed;
  guint64 variation_seed;
} SfPictureSeeds;

SfPictureSeeds sf_starting_noise_get_seeds (const SfRequest *request, guint picture_index);

/* Fills @x [1, channels, h, w] with the unit noise that a picture starts from and returns the source of what its sampler
 * asks for later. */
SfNoise *sf_starting_noise_make (const SfRequest *request, guint picture_index, SfArray *x,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
