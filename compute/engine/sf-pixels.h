/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"

G_BEGIN_DECLS

/* Pictures of 8 bits a channel, width × height × 3 bytes, from the networks' values: -1 … 1 becomes 0 … 255, clamped
 * and rounded to the nearest level as diffusers does. (A1111 truncates, which darkens by half a level; a
 * picture of ours is at most one level brighter than its one.) Values that are no numbers become 0. */

/* @image: [1, 3, height, width]. */
GBytes *sf_pixels_from_image (const SfArray *image) G_GNUC_WARN_UNUSED_RESULT;

/* The same from values of which 0 … 1 becomes 0 … 255, as tiny autoencoders give. */
GBytes *sf_pixels_from_unit_image (const SfArray *image) G_GNUC_WARN_UNUSED_RESULT;

/* A pixel for each place of a latent [1, 4, height, width]: Σ latent[c] · matrix[c] + matrix[4]. */
GBytes *sf_pixels_from_latent (const SfArray *latent, const float matrix[5][3])
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
