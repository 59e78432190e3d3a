/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SF_PROMPT_MAX_DEPTH 100 /* brackets around one word that have a meaning */

/* A piece of a prompt that is tokenized by itself. */
typedef struct
{
  gsize start; /* in SfPromptWeights.text */
  gsize n_bytes;
  double weight;
} SfPromptSpan;

/**
 * SfPromptWeights: a prompt without its brackets, and what they said.
 */
typedef struct
{
  GString *text;
  GArray *spans; /* of SfPromptSpan, one after the other in the text */
} SfPromptWeights;

/* The grammar of stable-diffusion-webui (prompt_parser.py): "(x)" is 1.1 times, "[x]" divided by 1.1,
 * "(x:1.3)" 1.3 times; what is nested multiplies, what is not closed goes on to the end, "\(", "\)", "\[",
 * "\]" and "\\" are the characters themselves, any other backslash goes. Neighbours of equal weight are one
 * span. A weight that is no number, such as "1.2.3", is text.
 *
 * The word BREAK becomes a span of its own, see sf_prompt_weights_is_break(). Within brackets, which give it
 * another weight, it is an ordinary word there as here.
 *
 * Brackets deeper than SF_PROMPT_MAX_DEPTH go, too, but weigh nothing: the others make it 13780 already. */
SfPromptWeights *sf_prompt_weights_new_a1111 (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* The grammar of ComfyUI (sd1_clip.py): "(x)" is 1.1 times what is around it, "(x:1.3)" is 1.3 whatever is around
 * it; "\(" and "\)" are the characters themselves. Brackets that are not closed, or deeper than
 * SF_PROMPT_MAX_DEPTH, are text. */
SfPromptWeights *sf_prompt_weights_new_comfyui (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* One span of weight 1. */
SfPromptWeights *sf_prompt_weights_new_plain (const char *text) G_GNUC_WARN_UNUSED_RESULT;

void sf_prompt_weights_free (SfPromptWeights *self);

/* Whether a span is the end of a chunk. */
gboolean sf_prompt_weights_is_break (const SfPromptWeights *self, const SfPromptSpan *span);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfPromptWeights, sf_prompt_weights_free)

G_END_DECLS
