/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"
#include "library/sf-prompt-history.h"
#include "prompt/sf-completion.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_PROMPT_VIEW (sf_prompt_view_get_type ())
G_DECLARE_FINAL_TYPE (SfPromptView, sf_prompt_view, SF, PROMPT_VIEW, AdwBin)

/**
 * SfPromptView: a card to write a prompt on. It grows with the text, up to six lines, and counts
 * the tokens that the text encoder will see.
 *
 * Control with Up and Down makes what is selected count more or less, Alt with Up and Down goes through the prompts
 * that were used, and what was typed is completed: Down or Tab take up the list under the caret. All of it can be undone in the
 * text.
 *
 * Properties: "text"; "placeholder"; "label", its name for assistive technologies; "lines", how
 * many it has at least.
 */

void sf_prompt_view_set_text (SfPromptView *self, const char *text);

/* Counts from now on. */
void sf_prompt_view_set_tokenizer (SfPromptView *self, SfTokenizer *tokenizer);

/* From now on there are older prompts to go through; @history must outlive the view. */
void sf_prompt_view_set_history (SfPromptView *self, SfPromptHistory *history);

/* Completes from now on. */
void sf_prompt_view_set_completion (SfPromptView *self, SfCompletion *completion);

G_END_DECLS
