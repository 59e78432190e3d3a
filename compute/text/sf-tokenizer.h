/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SF_TOKENIZER_CONTEXT 77 /* positions of a CLIP context, begin and end included */
#define SF_TOKENIZER_BEGIN 49406
#define SF_TOKENIZER_END 49407 /* also the padding of SD 1 */
#define SF_TOKENIZER_VOCABULARY 49408

/**
 * SfTokenizer: CLIP's byte-pair encoder (openai/CLIP, simple_tokenizer.py).
 *
 * A text is repaired (see sf_text_fix), HTML entities are resolved twice, white space
 * becomes single spaces, letters become lower case. The result is cut into special
 * tokens, English contractions, runs of letters, single digits and runs of anything
 * else; each piece is written as bytes, which the merge table joins into tokens.
 * The merge table is part of the program.
 *
 * Reference counted (atomic); any thread may encode. Text need not be valid UTF-8.
 */
typedef struct _SfTokenizer SfTokenizer;

SfTokenizer *sf_tokenizer_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
SfTokenizer *sf_tokenizer_ref (SfTokenizer *self);
void sf_tokenizer_unref (SfTokenizer *self);

/* All tokens of a text, without begin and end. */
gint32 *sf_tokenizer_encode (SfTokenizer *self, const char *text, gsize *n_ids)
    G_GNUC_WARN_UNUSED_RESULT;

/* Begin, up to 75 tokens, end; the rest is filled with end. */
void sf_tokenizer_encode_77 (SfTokenizer *self, const char *text, gint32 ids[SF_TOKENIZER_CONTEXT]);

/* Number of tokens without begin and end. */
gsize sf_tokenizer_count (SfTokenizer *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfTokenizer, sf_tokenizer_unref)

G_END_DECLS
