/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-picture-texts.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/sf-file.h"
#include "formats/sf-exif.h"
#include "formats/sf-png.h"

#define MAX_TEXT_BYTES (64 * 1024 * 1024)

#define EXIF_PREFIX "exif:"
#define EXIF_MARK "Exif\0"
#define EXIF_MARK_BYTES 6

#define JPEG_START_OF_SCAN 0xda
#define JPEG_END 0xd9
#define JPEG_APP1 0xe1
#define JPEG_COMMENT 0xfe

#define RIFF_HEADER_BYTES 12
#define RIFF_CHUNK_BYTES 8

typedef struct
{
  char *key;
  char *text;
} Text;

struct _SfPictureTexts
{
  GArray *texts; /* of Text */
  gsize n_bytes; /* of all texts */
};

static void
clear_text (gpointer data)
{
  Text *text = data;

  g_free (text->key);
  g_free (text->text);
}

static SfPictureTexts *
texts_new (void)
{
  SfPictureTexts *self = g_new0 (SfPictureTexts, 1);

  self->texts = g_array_new (FALSE, FALSE, sizeof (Text));
  g_array_set_clear_func (self->texts, clear_text);

  return self;
}

void
sf_picture_texts_free (SfPictureTexts *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->texts);
  g_free (self);
}

static void
add_text (SfPictureTexts *self, const char *key, const char *value)
{
  const gsize n_bytes = strlen (value);
  Text text;

  if (n_bytes > MAX_TEXT_BYTES - self->n_bytes)
    return;

  self->n_bytes += n_bytes;
  text = (Text){ g_strdup (key), g_strdup (value) };
  g_array_append_val (self->texts, text);
}

static void
add_exif_cb (const char *name, const char *text, gpointer user_data)
{
  g_autofree char *key = g_strconcat (EXIF_PREFIX, name, NULL);

  add_text (user_data, key, text);
}

/* Exif data as it is, or behind the mark that it has in a JPEG. */
static void
add_exif (SfPictureTexts *self, const guint8 *data, gsize n_bytes)
{
  if (n_bytes >= EXIF_MARK_BYTES && memcmp (data, EXIF_MARK, EXIF_MARK_BYTES) == 0)
    {
      data += EXIF_MARK_BYTES;
      n_bytes -= EXIF_MARK_BYTES;
    }
  sf_exif_read (data, n_bytes, add_exif_cb, self);
}

static SfPictureTexts *
read_png (const guint8 *file, gsize n_bytes, GError **error)
{
  g_autoptr (SfPng) png = sf_png_read_texts (file, n_bytes, error);
  SfPictureTexts *self;

  if (png == NULL)
    return NULL;

  self = texts_new ();
  for (guint i = 0; i < png->n_texts; i++)
    add_text (self, png->texts[i].key, png->texts[i].text);
  if (png->exif != NULL)
    add_exif (self, g_bytes_get_data (png->exif, NULL), g_bytes_get_size (png->exif));

  return self;
}

/* The segments before the pixels (ITU T.81, B.1.1): FF, marker, length with itself, contents. */
static SfPictureTexts *
read_jpeg (const guint8 *file, gsize n_bytes)
{
  SfPictureTexts *self = texts_new ();
  gsize at = 2;

  while (n_bytes - at >= 4 && file[at] == 0xff)
    {
      const guint8 marker = file[at + 1];
      const gsize length = (gsize) file[at + 2] << 8 | file[at + 3];
      const guint8 *contents = file + at + 4;

      if (marker == 0xff)
        {
          at++; /* a fill byte */
          continue;
        }
      if (marker == JPEG_START_OF_SCAN || marker == JPEG_END || length < 2
          || length > n_bytes - at - 2)
        break;

      if (marker == JPEG_APP1 && length >= 2 + EXIF_MARK_BYTES
          && memcmp (contents, EXIF_MARK, EXIF_MARK_BYTES) == 0)
        {
          add_exif (self, contents, length - 2);
        }
      else if (marker == JPEG_COMMENT)
        {
          const guint8 *end = memchr (contents, '\0', length - 2);
          g_autofree char *comment = g_utf8_make_valid ((const char *) contents,
                                                        end != NULL ? end - contents
                                                                    : (gssize) length - 2);

          add_text (self, "comment", comment);
        }
      at += 2 + length;
    }

  return self;
}

/* Chunks (WebP Container Specification): name, length without itself, contents, one byte of padding
 * where the length is odd. */
static SfPictureTexts *
read_webp (const guint8 *file, gsize n_bytes)
{
  SfPictureTexts *self = texts_new ();
  gsize at = RIFF_HEADER_BYTES;

  while (n_bytes - at >= RIFF_CHUNK_BYTES)
    {
      const guint8 *chunk = file + at;
      const gsize length = (gsize) chunk[7] << 24 | chunk[6] << 16 | chunk[5] << 8 | chunk[4];
      const gsize left = n_bytes - at - RIFF_CHUNK_BYTES;

      if (length > left)
        break;
      if (memcmp (chunk, "EXIF", 4) == 0)
        add_exif (self, chunk + RIFF_CHUNK_BYTES, length);
      at += RIFF_CHUNK_BYTES + MIN (length + (length & 1), left);
    }

  return self;
}

SfPictureTexts *
sf_picture_texts_read (const guint8 *file, gsize n_bytes, GError **error)
{
  g_return_val_if_fail (file != NULL || n_bytes == 0, NULL);

  if (n_bytes >= 8 && memcmp (file, "\x89PNG", 4) == 0)
    return read_png (file, n_bytes, error);
  if (n_bytes >= 3 && memcmp (file, "\xff\xd8\xff", 3) == 0)
    return read_jpeg (file, n_bytes);
  if (n_bytes >= RIFF_HEADER_BYTES && memcmp (file, "RIFF", 4) == 0
      && memcmp (file + 8, "WEBP", 4) == 0)
    return read_webp (file, n_bytes);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               _ ("it is not a PNG, JPEG or WebP picture"));
  return NULL;
}

SfPictureTexts *
sf_picture_texts_load (const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = NULL;
  SfPictureTexts *self;

  g_return_val_if_fail (path != NULL, NULL);

  file = sf_file_map (path, error);
  if (file == NULL)
    return NULL;

  self = sf_picture_texts_read ((const guint8 *) g_mapped_file_get_contents (file),
                                g_mapped_file_get_length (file), error);
  if (self == NULL)
    g_prefix_error (error, _ ("read %s: "), path);

  return self;
}

const char *
sf_picture_texts_get (const SfPictureTexts *self, const char *key)
{
  g_return_val_if_fail (self != NULL && key != NULL, NULL);

  for (guint i = 0; i < self->texts->len; i++)
    {
      const Text *text = &g_array_index (self->texts, Text, i);

      if (g_str_equal (text->key, key))
        return text->text;
    }

  return NULL;
}

guint
sf_picture_texts_get_n (const SfPictureTexts *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->texts->len;
}

void
sf_picture_texts_get_nth (const SfPictureTexts *self, guint index, const char **key,
                          const char **text)
{
  g_return_if_fail (self != NULL && index < self->texts->len);

  *key = g_array_index (self->texts, Text, index).key;
  *text = g_array_index (self->texts, Text, index).text;
}
