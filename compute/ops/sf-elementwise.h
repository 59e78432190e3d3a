/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-conv.h"

G_BEGIN_DECLS

/* out = activation (a). Inputs: SF_ELEMENTWISE_A. The output may lie where it lies. */
enum
{
  SF_ELEMENTWISE_A,
};

typedef struct
{
  SfActivation activation;
} SfElementwiseParams;

extern const SfOp sf_op_elementwise;

G_END_DECLS
