/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-conv.h"

G_BEGIN_DECLS

/* A linear layer on every row of the input: out = activation (x · Wᵀ + bias) + residual.
 *
 * With geglu the weight has 2 · out_features rows; the first half gives the value, the second
 * the gate: out = value · gelu (gate), with the exact gelu; there is no other activation and no
 * residual then.
 * Inputs: SF_LINEAR_X; SF_LINEAR_RESIDUAL, of the output's shape, may be unset. Weights: MATRIX
 * [rows, channels, 1] and, with has_bias, a VECTOR of as many rows (interleaved likewise). */
enum
{
  SF_LINEAR_X,
  SF_LINEAR_RESIDUAL,
};

typedef struct
{
  guint out_features;
  gboolean has_bias;
  gboolean geglu;
  SfActivation activation;
} SfLinearParams;

extern const SfOp sf_op_linear;

G_END_DECLS
