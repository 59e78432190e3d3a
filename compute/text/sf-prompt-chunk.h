/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "text/sf-tokenizer.h"

G_BEGIN_DECLS

#define SF_PROMPT_CHUNK_TOKENS (SF_TOKENIZER_CONTEXT - 2) /* without begin and end */

/* A position whose token embedding is replaced, before the position's own embedding is added:
 * by vector @index of a textual inversion. */
typedef struct
{
  guint position; /* in the chunk's 77 */
  guint index;
  gconstpointer embedding; /* what SfPromptEmbeddings.find() returned */
} SfPromptReplacement;

/**
 * SfPromptChunk: what the text encoder takes in one pass: begin, 75 tokens, end.
 *
 * Chunks of a prompt are encoded apart, each with the same positions, and their encodings
 * joined along the tokens.
 */
typedef struct
{
  gint32 ids[SF_TOKENIZER_CONTEXT];    /* 0 where replaced */
  float weights[SF_TOKENIZER_CONTEXT]; /* of the emphasis; 1 for begin, end and padding */
  SfPromptReplacement *replacements;   /* by position; owned, NULL if there are none */
  guint n_replacements;
} SfPromptChunk;

/* The chunk of the empty prompt: begin and end, the rest is @pad. It fills a shorter prompt up to
 * the length of another, and is what the emphasis of ComfyUI starts from. */
void sf_prompt_chunk_init_empty (SfPromptChunk *self, gint32 pad);
void sf_prompt_chunk_clear (SfPromptChunk *self);

G_END_DECLS
