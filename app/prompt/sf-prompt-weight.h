/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-prompt-edit.h"

G_BEGIN_DECLS

#define SF_PROMPT_WEIGHT_STEP 0.1
#define SF_PROMPT_WEIGHT_MIN 0.1
#define SF_PROMPT_WEIGHT_MAX 3.0

/* Makes a stretch of a prompt count more or less: "(word:1.1)". @n_steps of SF_PROMPT_WEIGHT_STEP are added to the
 * weight that it has; at 1 the brackets go.
 *
 * Bytes @start to @end are selected. Where they are the same place, what is meant are the innermost brackets with a
 * weight around it, else the word there. Brackets behind a backslash are mere text. NULL where there is nothing to
 * weigh, or its weight is at the end of its range. The same stretch is selected afterwards. */
SfPromptEdit *sf_prompt_weight_nudge (const char *prompt, gsize start, gsize end, int n_steps)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
