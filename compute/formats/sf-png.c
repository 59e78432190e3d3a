/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-png.h"

#include <glib/gi18n-lib.h>
#include <setjmp.h>
#include <string.h>

#include <png.h>

#include "base/sf-file.h"

#define SIGNATURE_BYTES 8
#define CHUNK_FRAME_BYTES 12 /* length and name before the contents, CRC behind */
/* Unpacked texts of a file made to take memory: 640 MiB at most. */
#define TEXT_MAX_BYTES (16 * 1024 * 1024)
#define TEXT_MAX_CHUNKS 40

/* What is to be written. */
typedef struct
{
  guint width;
  guint height;
  const guint8 *pixels;
  png_text *texts;
  guint n_texts;
} Source;

/* libpng leaves its functions by longjmp: what must survive one lies here. */
typedef struct
{
  png_struct *png;
  png_info *info;
  png_info *end_info;
  const guint8 *at; /* in the file being read */
  gsize left_bytes;
  SfFileWriter *writer; /* of the file being written */
  const Source *source;
  png_byte **rows;
  SfPng *picture; /* being read */
  char *reason;   /* why libpng gave up */
  GError *error;  /* why writing did, as a whole sentence */
} Work;

G_NORETURN static void
leave_cb (png_struct *png, const char *reason)
{
  Work *work = png_get_error_ptr (png);

  g_free (work->reason);
  work->reason = g_strdup (reason);
  png_longjmp (png, 1);
}

/* Damaged text chunks and odd colour profiles: the picture itself is good. */
static void
ignore_warning_cb (png_struct *png, const char *reason)
{
}

/* Runs what may leave by png_error. */
static gboolean
run (Work *work, void (*body) (Work *work))
{
  if (work->png == NULL || work->info == NULL)
    {
      if (work->reason == NULL)
        work->reason = g_strdup (_ ("out of memory"));
      return FALSE;
    }
  if (setjmp (png_jmpbuf (work->png)) != 0)
    return FALSE;
  body (work);
  return TRUE;
}

static void
read_cb (png_struct *png, png_byte *bytes, gsize n_bytes)
{
  Work *work = png_get_io_ptr (png);

  if (n_bytes > work->left_bytes)
    png_error (png, _ ("the file is cut short"));
  memcpy (bytes, work->at, n_bytes);
  work->at += n_bytes;
  work->left_bytes -= n_bytes;
}

static void
write_cb (png_struct *png, png_byte *bytes, gsize n_bytes)
{
  Work *work = png_get_io_ptr (png);

  if (!sf_file_writer_write (work->writer, bytes, n_bytes, &work->error))
    png_error (png, _ ("writing failed"));
}

static void
flush_cb (png_struct *png)
{
}

/* The standard says Latin-1; what is UTF-8 was written by a program that does not keep to it. */
static char *
decode_latin1 (const char *text)
{
  GString *utf8 = NULL;

  if (g_utf8_validate (text, -1, NULL))
    return g_strdup (text);

  utf8 = g_string_new (NULL);

  for (; *text != '\0'; text++)
    g_string_append_unichar (utf8, (guchar) *text);
  return g_string_free (utf8, FALSE);
}

/* NULL where a character is beyond Latin-1, or the bytes would be taken for UTF-8. */
static char *
utf8_to_latin1 (const char *text)
{
  g_autoptr (GString) latin1 = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      if (character > 0xff)
        return NULL;
      g_string_append_c (latin1, (char) character);
    }
  if (!g_str_is_ascii (latin1->str) && g_utf8_validate (latin1->str, -1, NULL))
    return NULL;

  return g_string_free (g_steal_pointer (&latin1), FALSE);
}

/* Appends the texts that lie before the pixels (info) or after them (end_info). */
static void
collect_texts (Work *work, SfPng *picture, png_info *info)
{
  png_text *chunks = NULL;
  int n_chunks = 0;

  png_get_text (work->png, info, &chunks, &n_chunks);
  picture->texts = g_renew (SfPngText, picture->texts, picture->n_texts + (guint) n_chunks);
  for (int i = 0; i < n_chunks; i++)
    {
      SfPngText *text = &picture->texts[picture->n_texts++];

      text->key = decode_latin1 (chunks[i].key);
      if (chunks[i].compression >= PNG_ITXT_COMPRESSION_NONE)
        text->text = g_utf8_make_valid (chunks[i].text, -1);
      else
        text->text = decode_latin1 (chunks[i].text);
    }
}

static void
collect_exif (Work *work, SfPng *picture, png_info *info)
{
  png_byte *exif = NULL;
  png_uint_32 n_bytes = 0;

  if (picture->exif == NULL && png_get_eXIf_1 (work->png, info, &n_bytes, &exif) != 0)
    picture->exif = g_bytes_new (exif, n_bytes);
}

/* Any kind of pixels to 8-bit RGB, by libpng on its way. */
static void
ask_for_rgb (Work *work)
{
  png_set_expand (work->png);
  png_set_scale_16 (work->png);
  png_set_gray_to_rgb (work->png);
  png_set_strip_alpha (work->png);
  png_set_interlace_handling (work->png);
  png_read_update_info (work->png, work->info);
}

/* Everything before the pixels. */
static void
read_header (Work *work)
{
  SfPng *picture = work->picture;

  png_set_user_limits (work->png, SF_PNG_MAX_SIDE, SF_PNG_MAX_SIDE);
  png_set_chunk_malloc_max (work->png, TEXT_MAX_BYTES);
  png_set_chunk_cache_max (work->png, TEXT_MAX_CHUNKS);
  png_set_read_fn (work->png, work, read_cb);
  png_read_info (work->png, work->info);

  picture->width = png_get_image_width (work->png, work->info);
  picture->height = png_get_image_height (work->png, work->info);
}

static void
read_pixels (Work *work)
{
  SfPng *picture = work->picture;
  gsize row_bytes = 0;

  read_header (work);
  if ((guint64) picture->width * picture->height > SF_PNG_MAX_PIXELS)
    png_error (work->png, _ ("the picture is too large"));

  ask_for_rgb (work);
  row_bytes = (gsize) picture->width * 3;
  if (png_get_rowbytes (work->png, work->info) != row_bytes)
    png_error (work->png, _ ("its pixels are of an unknown kind"));
  picture->pixels = g_try_malloc (row_bytes * picture->height);
  if (picture->pixels == NULL)
    png_error (work->png, _ ("out of memory"));
  work->rows = g_new (png_byte *, picture->height);
  for (guint y = 0; y < picture->height; y++)
    work->rows[y] = picture->pixels + y * row_bytes;

  png_read_image (work->png, work->rows);
  png_read_end (work->png, work->end_info);
}

static void
read_texts (Work *work)
{
  read_header (work);
  png_read_end (work->png, work->end_info);
}

/* The file up to the first chunk that is not whole. libpng makes room for what a chunk claims to hold, up to
 * gigabytes, before it reads that. */
static gsize
measure_whole_chunks (const guint8 *file, gsize n_bytes)
{
  gsize at = SIGNATURE_BYTES;

  while (n_bytes - at >= CHUNK_FRAME_BYTES)
    {
      const guint32 length = png_get_uint_32 (file + at);

      if (length > n_bytes - at - CHUNK_FRAME_BYTES)
        break;
      at += CHUNK_FRAME_BYTES + length;
    }

  return at;
}

/* Begins to read a file in memory. */
static gboolean
open_work (Work *work, const guint8 *file, gsize n_bytes)
{
  if (n_bytes < SIGNATURE_BYTES || png_sig_cmp (file, 0, SIGNATURE_BYTES) != 0)
    {
      work->reason = g_strdup (_ ("it is not a PNG picture"));
      return FALSE;
    }

  work->at = file;
  work->left_bytes = measure_whole_chunks (file, n_bytes);
  work->picture = g_new0 (SfPng, 1);
  work->png = png_create_read_struct (PNG_LIBPNG_VER_STRING, work, leave_cb, ignore_warning_cb);
  if (work->png != NULL)
    {
      work->info = png_create_info_struct (work->png);
      work->end_info = png_create_info_struct (work->png);
    }

  return TRUE;
}

/* The picture, with what was found beside its pixels, if all went @well; else the reason is set. */
static SfPng *
close_work (Work *work, gboolean well, GError **error)
{
  SfPng *picture = g_steal_pointer (&work->picture);

  if (well)
    {
      collect_texts (work, picture, work->info);
      collect_texts (work, picture, work->end_info);
      collect_exif (work, picture, work->info);
      collect_exif (work, picture, work->end_info);
    }
  else
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s", work->reason);
      g_clear_pointer (&picture, sf_png_free);
    }
  png_destroy_read_struct (&work->png, &work->info, &work->end_info);
  g_free (work->rows);
  g_free (work->reason);

  return picture;
}

SfPng *
sf_png_load (const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = NULL;
  SfPng *picture = NULL;
  Work work = { 0 };

  g_return_val_if_fail (path != NULL, NULL);

  file = sf_file_map (path, error);
  if (file == NULL)
    return NULL;

  picture = close_work (&work,
                        open_work (&work, (const guint8 *) g_mapped_file_get_contents (file),
                                   g_mapped_file_get_length (file))
                            && run (&work, read_pixels),
                        error);
  if (picture == NULL)
    g_prefix_error (error, _ ("read %s: "), path);

  return picture;
}

SfPng *
sf_png_read_texts (const guint8 *file, gsize n_bytes, GError **error)
{
  Work work = { 0 };
  gboolean well;

  g_return_val_if_fail (file != NULL, NULL);

  well = open_work (&work, file, n_bytes);
  if (well)
    well = run (&work, read_texts) || png_get_image_width (work.png, work.info) > 0;

  return close_work (&work, well, error);
}

void
sf_png_free (SfPng *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->n_texts; i++)
    {
      g_free (self->texts[i].key);
      g_free (self->texts[i].text);
    }
  g_free (self->texts);
  g_clear_pointer (&self->exif, g_bytes_unref);
  g_free (self->pixels);
  g_free (self);
}

const char *
sf_png_get_text (const SfPng *self, const char *key)
{
  g_return_val_if_fail (self != NULL && key != NULL, NULL);

  for (guint i = 0; i < self->n_texts; i++)
    {
      if (g_str_equal (self->texts[i].key, key))
        return self->texts[i].text;
    }
  return NULL;
}

static png_text *
prepare_texts (const SfPngText *texts, guint n_texts)
{
  png_text *chunks = g_new0 (png_text, n_texts);

  for (guint i = 0; i < n_texts; i++)
    {
      g_autofree char *valid = g_utf8_make_valid (texts[i].text, -1);
      char *latin1 = utf8_to_latin1 (valid);

      chunks[i].key = texts[i].key;
      chunks[i].compression = latin1 != NULL ? PNG_TEXT_COMPRESSION_NONE
                                             : PNG_ITXT_COMPRESSION_NONE;
      chunks[i].text = latin1 != NULL ? latin1 : g_steal_pointer (&valid);
    }
  return chunks;
}

static void
write_pixels (Work *work)
{
  const Source *source = work->source;

  png_set_write_fn (work->png, work, write_cb, flush_cb);
  png_set_IHDR (work->png, work->info, source->width, source->height, 8, PNG_COLOR_TYPE_RGB,
                PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_text (work->png, work->info, source->texts, (int) source->n_texts);
  png_write_info (work->png, work->info);
  for (guint y = 0; y < source->height; y++)
    png_write_row (work->png, source->pixels + (gsize) y * source->width * 3);
  png_write_end (work->png, NULL);
}

gboolean
sf_png_save (const char *path, guint width, guint height, const guint8 *pixels,
             const SfPngText *texts, guint n_texts, GError **error)
{
  Source source = { width, height, pixels, NULL, n_texts };
  Work work = { .source = &source };
  gboolean saved = FALSE;

  g_return_val_if_fail (path != NULL && pixels != NULL, FALSE);
  g_return_val_if_fail (width > 0 && width <= SF_PNG_MAX_SIDE, FALSE);
  g_return_val_if_fail (height > 0 && height <= SF_PNG_MAX_SIDE, FALSE);

  work.writer = sf_file_writer_new (path, error);
  if (work.writer == NULL)
    return FALSE;
  source.texts = prepare_texts (texts, n_texts);
  work.png = png_create_write_struct (PNG_LIBPNG_VER_STRING, &work, leave_cb, ignore_warning_cb);
  if (work.png != NULL)
    work.info = png_create_info_struct (work.png);

  saved = run (&work, write_pixels) && sf_file_writer_finish (work.writer, &work.error);
  if (work.error != NULL)
    g_propagate_error (error, work.error);
  else if (!saved)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("write %s: %s"), path, work.reason);

  png_destroy_write_struct (&work.png, &work.info);
  sf_file_writer_free (work.writer);
  for (guint i = 0; i < n_texts; i++)
    g_free (source.texts[i].text);
  g_free (source.texts);
  g_free (work.reason);
  return saved;
}
