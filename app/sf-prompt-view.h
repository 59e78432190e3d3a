/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_PROMPT_VIEW (sf_prompt_view_get_type ())
G_DECLARE_FINAL_TYPE (SfPromptView, sf_prompt_view, SF, PROMPT_VIEW, AdwBin)

/**
 * SfPromptView: a card to write a prompt on. It grows with the text, up to six lines, and counts
 * the tokens that the text encoder will see.
 *
 * Properties: "text"; "placeholder"; "label", its name for assistive technologies; "lines", how
 * many it has at least.
 */

void sf_prompt_view_set_text (SfPromptView *self, const char *text);

/* Counts from now on. */
void sf_prompt_view_set_tokenizer (SfPromptView *self, SfTokenizer *tokenizer);

G_END_DECLS
