/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "text/sf-prompt-chunk.h"
#include "text/sf-prompt-embeddings.h"
#include "text/sf-prompt-weights.h"

G_BEGIN_DECLS

typedef struct
{
  SfTokenizer *tokenizer;
  SfPromptEmbeddingTable *embeddings;
  guint comma_backtracking;
  gint32 pad;
} SfPromptChunker;

/* Ways to cut weighted text into chunks. Each returns an array of SfPromptChunk that owns what is in them, at least
 * one, and the number of tokens, where chunks that are not the last count 75.
 *
 * A1111 (sd_hijack_clip.py): spans are tokenized one by one. Where a chunk is full, what follows its last comma
 * moves to the next one if it is no more than comma_backtracking tokens, and BREAK begins a new chunk. An embedding
 * stands where the tokens are those of its name, and whole in one chunk. After the first end token all is @pad.
 * As there, a comma that moves an embedding to the next chunk leaves its vectors behind: they replace padding. */
GArray *sf_prompt_chunker_cut_a1111 (const SfPromptChunker *self, const SfPromptWeights *weights,
                                     gsize *n_tokens) G_GNUC_WARN_UNUSED_RESULT;

/* ComfyUI (sd1_clip.py): words, divided by spaces and line breaks, are tokenized one by one. A word of less than eight
 * tokens is whole in one chunk, longer ones are cut. "embedding:NAME" is a word of as many tokens as vectors;
 * one that is not there is left out. */
GArray *sf_prompt_chunker_cut_comfyui (const SfPromptChunker *self, const SfPromptWeights *weights,
                                       gsize *n_tokens) G_GNUC_WARN_UNUSED_RESULT;

/* diffusers: one chunk, the rest is cut off. All tokens are counted. */
GArray *sf_prompt_chunker_cut_plain (const SfPromptChunker *self, const SfPromptWeights *weights,
                                     gsize *n_tokens) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
