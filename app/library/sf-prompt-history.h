/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-library.h"

G_BEGIN_DECLS

#define SF_PROMPT_HISTORY_MAX_PROMPTS 200
#define SF_PROMPT_HISTORY_MAX_BYTES (16 * 1024) /* of a prompt; longer ones are not kept */

typedef enum
{
  SF_PROMPT_KIND_POSITIVE,
  SF_PROMPT_KIND_NEGATIVE,
} SfPromptKind;

/**
 * SfPromptHistory: the prompts that pictures were asked for with, each once, the latest first. Kept in the library's
 * file. Main thread.
 */
typedef struct _SfPromptHistory SfPromptHistory;

SfPromptHistory *sf_prompt_history_new (SfLibrary *library, SfPromptKind kind)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_prompt_history_free (SfPromptHistory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfPromptHistory, sf_prompt_history_free)

/* @prompt is the latest from now on, and walking begins anew. Empty ones are not kept. */
void sf_prompt_history_add (SfPromptHistory *self, const char *prompt);

/* Goes through the prompts. @current is what is there: when it is not what the last step gave, the walk begins anew
 * from it, and it is what is behind the latest. NULL at the end. */
const char *sf_prompt_history_get_older (SfPromptHistory *self, const char *current);
const char *sf_prompt_history_get_newer (SfPromptHistory *self, const char *current);

G_END_DECLS
