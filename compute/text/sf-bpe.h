/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SfBpe: byte-pair encoding with CLIP's vocabulary.
 *
 * Tokens 0 to 255 are the bytes, 256 to 511 the bytes at the end of a word, then one token
 * for each merge in the order of the table; the lower of two possible merges
 * comes first. Immutable; any thread may use it.
 */
typedef struct _SfBpe SfBpe;

/* @table: a heading line, then lines "left right" (data/tokenizer). */
SfBpe *sf_bpe_new (const char *table, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sf_bpe_free (SfBpe *self);

/* Appends the tokens of one word, a piece of text of at least one byte, to an array of
 * gint32. Takes O(n log n). */
void sf_bpe_append (const SfBpe *self, const char *word, gsize n_bytes, GArray *ids);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfBpe, sf_bpe_free)

G_END_DECLS
