/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-op.h"

G_BEGIN_DECLS

/* Group normalisation over height, width and the channels of a group (biased variance), then
 * scale and shift by channel, then SiLU if asked for. The output may lie where the input lies.
 * Inputs: SF_GROUP_NORM_X. Weights: VECTOR scale, VECTOR shift. channels must be a multiple of groups. */
enum
{
  SF_GROUP_NORM_X,
};

typedef struct
{
  guint groups;
  float epsilon;
  gboolean silu;
} SfGroupNormParams;

extern const SfOp sf_op_group_norm;

G_END_DECLS
