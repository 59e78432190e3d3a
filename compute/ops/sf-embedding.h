/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-op.h"

G_BEGIN_DECLS

/* out[n, t] = table[ids[n, t]] + positions[t]. An id beyond the table gives its last row.
 * Inputs: SF_EMBEDDING_IDS, U32, [batch, 1, tokens, 1], stored without channel padding. Weights: TABLE
 * [vocabulary, channels], TABLE [positions, channels]; tokens must not exceed positions. */
enum
{
  SF_EMBEDDING_IDS,
};

typedef struct
{
  guint vocabulary;
  guint positions;
  guint channels;
} SfEmbeddingParams;

extern const SfOp sf_op_embedding;

G_END_DECLS
