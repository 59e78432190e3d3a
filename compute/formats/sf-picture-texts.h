/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SfPictureTexts: what a picture file says in words, whichever program wrote it.
 *
 * The file is a PNG, a JPEG or a WebP, told from its contents. Its pixels are not decoded. The keys
 * are
 *
 *   PNG        those of its tEXt, zTXt and iTXt chunks: "parameters", "prompt" …
 *   JPEG       "comment" for comments
 *   all        "exif:…" for fields of their Exif data (formats/sf-exif.h)
 *
 * and may occur more than once. Texts are valid UTF-8. Immutable.
 */
typedef struct _SfPictureTexts SfPictureTexts;

/* An error when it is no such picture; a picture without texts is none. Damaged parts are left out,
 * and at most 64 MiB of texts are kept. Any thread. */
SfPictureTexts *sf_picture_texts_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
SfPictureTexts *sf_picture_texts_read (const guint8 *file, gsize n_bytes, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_picture_texts_free (SfPictureTexts *self);

/* The first text under a key, or NULL. */
const char *sf_picture_texts_get (const SfPictureTexts *self, const char *key);

guint sf_picture_texts_get_n (const SfPictureTexts *self);
void sf_picture_texts_get_nth (const SfPictureTexts *self, guint index, const char **key,
                               const char **text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfPictureTexts, sf_picture_texts_free)

G_END_DECLS
