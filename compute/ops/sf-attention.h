/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-op.h"

G_BEGIN_DECLS

/* Scaled dot-product attention for each head and batch entry:
 *
 *   out = softmax (q · kᵀ / sqrt (head size)) · v
 *
 * in one pass over the keys with a running maximum and sum (online softmax, Milakov and Gimelshein
 * 2018, arXiv:1805.02867); the scores are never stored. Heads lie side by side in the channels. The rows of
 * an input are its height × width, so pictures need no reshaping. Inputs: SF_ATTENTION_Q [batch, queries,
 * channels], SF_ATTENTION_K and SF_ATTENTION_V [batch, keys, channels]; the output has Q's shape. The head size (channels /
 * heads) must be a multiple of SF_CHANNEL_GROUP. causal: query i sees keys 0 … i only. */
enum
{
  SF_ATTENTION_Q,
  SF_ATTENTION_K,
  SF_ATTENTION_V,
};

typedef struct
{
  guint heads;
  gboolean causal;
} SfAttentionParams;

extern const SfOp sf_op_attention;

G_END_DECLS
