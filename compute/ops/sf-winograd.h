/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-matrix.h"

G_BEGIN_DECLS

/* 3×3 convolutions of stride 1 by Winograd's minimal filtering F(4×4, 3×3), which takes a quarter of the
 * products; see shaders/winograd.glsl for the source.
 *
 * Activations and weights stay as they are: the transformed ones, in f32, live in the scratch while the
 * operation runs, some panels of the weight by some tiles of the picture at a time. Transforming a
 * weight takes about as long as 16 rows of the product; keeping it would take eight times the memory of the weight.
 *
 * Error with 1280 channels, RMS over the RMS of the output: 7e-6, where sums of all products in f32 have 2e-6 and
 * storing the output as halves has 2e-4.
 */

/* Whether the kernels compute this convolution so. Reads shapes, formats and @matrix's numbers only. */
gboolean sf_winograd_fits (const SfKernels *kernels, const SfOpCall *call,
                           const SfMatrixCall *matrix);

guint64 sf_winograd_scratch_bytes (const SfKernels *kernels, const SfOpCall *call,
                                   const SfMatrixCall *matrix);
gboolean sf_winograd_record (const SfKernels *kernels, const SfOpCall *call,
                             const SfMatrixCall *matrix, SfRecording *recording, GError **error);

G_END_DECLS
