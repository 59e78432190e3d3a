/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SfPromptSchedule: prompt editing of stable-diffusion-webui (prompt_parser.py), a text that changes with
 * the steps, counted from 1.
 *
 *   [from:to:when]  "from" up to step "when", then "to"; also [to:when] and [from::when]. "when" is a
 *                   number of steps, or, where it has a point, a part of them; the fraction of a step goes.
 *   [a|b|c]         another one each step
 *
 * Both may hold each other and emphasis. Brackets stand for this wherever what they hold is well-formed:
 * balanced, with a number at the end; any others are text. A bar that belongs to no alternation,
 * or a backslash at the end of a line, makes the whole of the prompt mere text.
 * (There, which of several readings of a prompt with stray brackets wins may change from run to run.)
 *
 * Immutable.
 */
typedef struct _SfPromptSchedule SfPromptSchedule;

/* @n_steps: at least 1. Takes time linear in the text. */
SfPromptSchedule *sf_prompt_schedule_new (const char *text, guint n_steps)
    G_GNUC_WARN_UNUSED_RESULT;
/* The same text for all steps, whatever it is. */
SfPromptSchedule *sf_prompt_schedule_new_constant (const char *text, guint n_steps)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_prompt_schedule_free (SfPromptSchedule *self);

/* The last steps of stretches with one text, ascending; the last of them is n_steps. */
const guint *sf_prompt_schedule_get_ends (const SfPromptSchedule *self, guint *n_ends);

char *sf_prompt_schedule_get_text (const SfPromptSchedule *self, guint step)
    G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfPromptSchedule, sf_prompt_schedule_free)

G_END_DECLS
