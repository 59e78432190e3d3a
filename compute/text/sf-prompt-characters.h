/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What prompt grammars are made of, with the meanings that Python's regular expressions give them.
 * Texts are valid UTF-8; @end is where a text ends, not necessarily at a NUL. */

/* "\s" and "\w". */
gboolean sf_prompt_is_space (gunichar character);
gboolean sf_prompt_is_word (gunichar character);

/* The first character that is no space, from the front and from behind. */
const char *sf_prompt_skip_space (const char *text, const char *end);
const char *sf_prompt_strip_space (const char *text, const char *end);

/* The first @word that is a word by itself ("\bAND\b"), or NULL. */
const char *sf_prompt_find_word (const char *text, const char *end, const char *word);

/* The whole of the text as a finite decimal number, spaces around it allowed; else
 * @number stays. */
gboolean sf_prompt_read_number (const char *text, const char *end, double *number);

G_END_DECLS
