/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @text for the full-text index: FTS5 divides words at spaces, so each character of a script that is written
 * without them (Chinese, Japanese, Thai …) becomes a word of its own. */
char *sf_words_for_index (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* What a person typed as an FTS5 query: all words, in any order, the last one perhaps not yet finished; "a phrase"
 * in quotation marks and -excluded words. NULL when there is nothing to look for. */
char *sf_words_for_query (const char *typed) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
