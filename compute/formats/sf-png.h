/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SF_PNG_MAX_SIDE 32768
#define SF_PNG_MAX_PIXELS (256 * 1024 * 1024)

/* A text chunk. The key is 1 to 79 characters of printable ASCII, the text is UTF-8. */
typedef struct
{
  char *key;
  char *text;
} SfPngText;

/* A picture as read from a file: 8-bit RGB whatever the file had (gray, palette and
 * 16 bits are converted, transparency is dropped). */
typedef struct
{
  guint width;
  guint height;
  guint8 *pixels; /* width × height × 3, rows from the top */
  guint n_texts;
  SfPngText *texts; /* in the order of the file */
  GBytes *exif;     /* of the eXIf chunk, without a check; NULL when there is none */
} SfPng;

/* Files beyond SF_PNG_MAX_SIDE or SF_PNG_MAX_PIXELS are refused. Damaged text
 * chunks are left out, damaged pixels are an error. Any thread. */
SfPng *sf_png_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same of a file in memory, but the pixels are passed over: `pixels` is NULL. What lies
 * behind a damage is left out; an error only where it is no PNG or its header is not to be read. */
SfPng *sf_png_read_texts (const guint8 *file, gsize n_bytes, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_png_free (SfPng *self);

/* The first text under a key, or NULL. */
const char *sf_png_get_text (const SfPng *self, const char *key);

/* Writes 8-bit RGB through a temporary file and a rename. Texts become tEXt chunks
 * where Latin-1 can hold them and iTXt chunks otherwise. */
gboolean sf_png_save (const char *path, guint width, guint height, const guint8 *pixels,
                      const SfPngText *texts, guint n_texts, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfPng, sf_png_free)

G_END_DECLS
