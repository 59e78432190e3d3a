/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-op.h"

G_BEGIN_DECLS

/* out[n, t] = table[ids[n, t]] + positions[t], where an id beyond the table stands for vectors[n, t].
 * Inputs: SF_EMBEDDING_IDS, U32, [batch, 1, tokens, 1], stored without channel padding;
 * SF_EMBEDDING_VECTORS, of the output's shape, of which only the rows that ids stand for are read. Weights: TABLE
 * [vocabulary, channels], TABLE [positions, channels]; tokens must not exceed positions. */
enum
{
  SF_EMBEDDING_IDS,
  SF_EMBEDDING_VECTORS,
};

typedef struct
{
  guint vocabulary;
  guint positions;
  guint channels;
} SfEmbeddingParams;

extern const SfOp sf_op_embedding;

G_END_DECLS
