/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SfJsonScanner: takes JSON apart from left to right, by what the caller expects next.
 *
 * For text from outside that is known to be valid UTF-8. It builds nothing, never
 * recurses and accepts nothing beyond RFC 8259. Each function skips white space
 * in front; after one has returned FALSE or NULL for want of a closing part the
 * position is undefined, and the text is to be refused.
 */
typedef struct
{
  const char *at;
  const char *end;
} SfJsonScanner;

/* Moves past a punctuation character if it is the next one. */
gboolean sf_json_take (SfJsonScanner *self, char character);
/* A string with its escapes resolved; U+0000 and lone surrogates are refused. */
char *sf_json_take_string (SfJsonScanner *self) G_GNUC_WARN_UNUSED_RESULT;
/* A non-negative integer without sign, fraction, exponent or leading zeros. */
gboolean sf_json_take_size (SfJsonScanner *self, gsize *size);
/* "[1, 2, 3]" with at most @max_sizes of such integers. */
gboolean sf_json_take_sizes (SfJsonScanner *self, gsize *sizes, guint max_sizes, guint *n_sizes);
/* Whether only white space is left. */
gboolean sf_json_is_done (SfJsonScanner *self);

/* Appends @text as a JSON string, non-ASCII characters as they are. */
void sf_json_append_string (GString *json, const char *text);

G_END_DECLS
