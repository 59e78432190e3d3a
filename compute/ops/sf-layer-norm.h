/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-op.h"

G_BEGIN_DECLS

/* Layer normalisation of every row over its channels, then scale and shift by channel.
 * Inputs: SF_LAYER_NORM_X. Weights: VECTOR scale, VECTOR shift. */
enum
{
  SF_LAYER_NORM_X,
};

typedef struct
{
  float epsilon;
} SfLayerNormParams;

extern const SfOp sf_op_layer_norm;

G_END_DECLS
