/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SfInfotext: how a picture was made, in the text form of stable-diffusion-webui
 * that other programs read as well:
 *
 *   PROMPT
 *   Negative prompt: NEGATIVE
 *   Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, …
 *
 * The last line holds pairs in order. A value with a comma, a line break, a colon
 * or quotation marks is written as a JSON string. Not guarded against threads.
 */
typedef struct _SfInfotext SfInfotext;

/* @negative_prompt may be NULL or empty: its line is left out then. */
SfInfotext *sf_infotext_new (const char *prompt, const char *negative_prompt)
    G_GNUC_WARN_UNUSED_RESULT;

/* Understands any text: without a last line of at least three pairs all of it is
 * prompt. Prompts come back without surrounding white space. Pairs beyond the
 * thousandth are left out. */
SfInfotext *sf_infotext_parse (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char *sf_infotext_to_string (const SfInfotext *self) G_GNUC_WARN_UNUSED_RESULT;
void sf_infotext_free (SfInfotext *self);

const char *sf_infotext_get_prompt (const SfInfotext *self);
const char *sf_infotext_get_negative_prompt (const SfInfotext *self);

/* Appends a pair, or replaces the value of the same key. A key starts with a letter, digit
 * or "_", goes on with these, spaces, "-" and "/", and has two characters at least. */
void sf_infotext_set (SfInfotext *self, const char *key, const char *value);
/* In the C locale, without needless digits: 7, 7.5. */
void sf_infotext_set_number (SfInfotext *self, const char *key, double value);
void sf_infotext_set_integer (SfInfotext *self, const char *key, guint64 value);

/* NULL when there is no such key. */
const char *sf_infotext_get (const SfInfotext *self, const char *key);
gboolean sf_infotext_get_size (const SfInfotext *self, const char *key, guint *width,
                               guint *height); /* "512x768" */

guint sf_infotext_get_n_pairs (const SfInfotext *self);
void sf_infotext_get_pair (const SfInfotext *self, guint index, const char **key,
                           const char **value);

/* What an infotext calls a model: the name of its file without folder, of either kind of slash, and without extension. */
char *sf_infotext_dup_model_name (const char *path) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfInfotext, sf_infotext_free)

G_END_DECLS
