/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-op.h"

G_BEGIN_DECLS

/* The channels of A, then those of B, at every place of the picture. Inputs: SF_CONCAT_A,
 * SF_CONCAT_B, alike but for their channels; those of A must be a multiple of SF_CHANNEL_GROUP. */
enum
{
  SF_CONCAT_A,
  SF_CONCAT_B,
};

extern const SfOp sf_op_concat;

G_END_DECLS
