/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"
#include "text/sf-prompt-chunk.h"

G_BEGIN_DECLS

/* What the weight w of a token does to its encoding z. */
typedef enum
{
  SF_EMPHASIS_ORIGINAL, /* z·w·mean (z) / mean (z·w), the means over a chunk (stable-diffusion-webui) */
  SF_EMPHASIS_NO_NORM, /* z·w */
  SF_EMPHASIS_IGNORE,  /* z */
  SF_EMPHASIS_COMFYUI, /* e + (z - e)·w, e the encoding of the empty prompt at the same position */
} SfEmphasis;

typedef struct
{
  SfArray *encoding; /* [n_chunks, 77, width], changed in place */
  const SfPromptChunk *chunks;
  guint n_chunks;
  guint n_uses; /* how much the text counts in the means */
} SfEmphasisText;

/* Applies weights to encodings of the same width. The means of SF_EMPHASIS_ORIGINAL are those of all texts together,
 * first chunks with first chunks and so on: stable-diffusion-webui encodes what a schedule makes of a prompt
 * in one batch, once for each stretch of steps.
 * @empty: [1, 77, width] for SF_EMPHASIS_COMFYUI, else it may be NULL. */
void sf_emphasis_apply (SfEmphasis emphasis, const SfEmphasisText *texts, guint n_texts,
                        const SfArray *empty);

G_END_DECLS
