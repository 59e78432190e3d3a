/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-conv.h"

G_BEGIN_DECLS

/* out = activation (x · factor + term), factor and term by channel. Inputs: SF_SCALE_SHIFT_X, [batch, height,
 * width, channels]; SF_SCALE_SHIFT_FOLD, F32, [batch, 1, 2, channels]: the factors, then the terms. It is what a
 * group norm does once its statistics are known. */
enum
{
  SF_SCALE_SHIFT_X,
  SF_SCALE_SHIFT_FOLD,
};

typedef struct
{
  SfActivation activation;
} SfScaleShiftParams;

extern const SfOp sf_op_scale_shift;

/* For operations that have the fold themselves: one for each batch entry, [batch, 2, stored channels]. */
gboolean sf_scale_shift_record (const SfKernels *kernels, const SfOpCall *call, const SfRange *x,
                                const SfRange *fold, SfActivation activation, double flop,
                                SfRecording *recording, GError **error);

G_END_DECLS
