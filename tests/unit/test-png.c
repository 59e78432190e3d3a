/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "formats/sf-png.h"

#include <string.h>
#include <unistd.h>

#include <png.h>

#include "temporary-folder.h"

#define WIDTH 13
#define HEIGHT 7

static guint8 *
make_pixels (void)
{
  guint8 *pixels = g_new (guint8, WIDTH * HEIGHT * 3);

  for (guint i = 0; i < WIDTH * HEIGHT * 3; i++)
    pixels[i] = (guint8) (i * i / 7);
  return pixels;
}

static char *
save_example (TemporaryFolder *folder, SfPngText *texts, guint n_texts)
{
  g_autofree guint8 *pixels = make_pixels ();
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (folder->path, "picture.png", NULL);

  g_assert_true (sf_png_save (path, WIDTH, HEIGHT, pixels, texts, n_texts, &error));
  g_assert_no_error (error);
  return path;
}

static void
test_round_trip (TemporaryFolder *folder, gconstpointer data)
{
  SfPngText texts[] = {
    { "parameters", "a cat\nNegative prompt: dog\nSteps: 20" },
    { "Latin", "café ÿ" },
    { "Unicode", "日本 😀 é" },
    { "empty", "" },
    { "parameters", "second" },
  };
  g_autofree char *path = save_example (folder, texts, G_N_ELEMENTS (texts));
  g_autofree guint8 *pixels = make_pixels ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SfPng) picture = sf_png_load (path, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (picture->width, ==, WIDTH);
  g_assert_cmpuint (picture->height, ==, HEIGHT);
  g_assert_cmpmem (picture->pixels, WIDTH * HEIGHT * 3, pixels, WIDTH * HEIGHT * 3);
  g_assert_cmpuint (picture->n_texts, ==, G_N_ELEMENTS (texts));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_cmpstr (picture->texts[i].key, ==, texts[i].key);
      g_assert_cmpstr (picture->texts[i].text, ==, texts[i].text);
    }
  g_assert_cmpstr (sf_png_get_text (picture, "parameters"), ==, texts[0].text);
  g_assert_null (sf_png_get_text (picture, "workflow"));
  g_assert_cmpuint (temporary_folder_count_files (folder), ==, 1);
}

/* Texts that Latin-1 can hold are tEXt chunks, which every program reads. */
static void
test_chunk_types (TemporaryFolder *folder, gconstpointer data)
{
  SfPngText texts[] = { { "a", "caf\xc3\xa9" }, { "b", "\xe6\x97\xa5" }, { "c", "bad \xff" } };
  g_autofree char *path = save_example (folder, texts, G_N_ELEMENTS (texts));
  g_autofree char *bytes = NULL;
  gsize n_bytes = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &n_bytes, NULL));
  g_assert_nonnull (memmem (bytes, n_bytes, "tEXta\0caf\xe9", 10));
  g_assert_nonnull (memmem (bytes, n_bytes, "iTXtb\0\0\0\0\0\xe6\x97\xa5", 13));
  g_assert_nonnull (memmem (bytes, n_bytes, "iTXtc\0\0\0\0\0bad \xef\xbf\xbd", 17));
}

/* Pictures of every kind that PNG knows, written by libpng itself. */
static void
test_kinds (TemporaryFolder *folder, gconstpointer data)
{
  static const struct
  {
    int type;
    int depth;
    gsize row_bytes;
    guint8 row[16];
    guint8 rgb[6];
  } KINDS[] = {
    { PNG_COLOR_TYPE_GRAY, 1, 1, { 0x40 }, { 0, 0, 0, 255, 255, 255 } },
    { PNG_COLOR_TYPE_GRAY, 8, 2, { 10, 200 }, { 10, 10, 10, 200, 200, 200 } },
    { PNG_COLOR_TYPE_GRAY, 16, 4, { 10, 10, 200, 200 }, { 10, 10, 10, 200, 200, 200 } },
    { PNG_COLOR_TYPE_GRAY_ALPHA, 8, 4, { 10, 0, 200, 255 }, { 10, 10, 10, 200, 200, 200 } },
    { PNG_COLOR_TYPE_PALETTE, 2, 1, { 0x60 }, { 4, 5, 6, 7, 8, 9 } },
    { PNG_COLOR_TYPE_RGB, 8, 6, { 1, 2, 3, 4, 5, 6 }, { 1, 2, 3, 4, 5, 6 } },
    { PNG_COLOR_TYPE_RGB, 16, 12, { 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6 }, { 1, 2, 3, 4, 5, 6 } },
    { PNG_COLOR_TYPE_RGB_ALPHA, 8, 8, { 1, 2, 3, 0, 4, 5, 6, 128 }, { 1, 2, 3, 4, 5, 6 } },
  };
  static const png_color PALETTE[] = { { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 } };
  g_autofree char *path = g_build_filename (folder->path, "kind.png", NULL);

  for (guint i = 0; i < 2 * G_N_ELEMENTS (KINDS); i++)
    {
      guint k = i / 2;
      FILE *stream = g_fopen (path, "wb");
      png_struct *png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
      png_info *info = png_create_info_struct (png);
      png_byte *rows[] = { (png_byte *) KINDS[k].row };
      png_text text = { .compression = PNG_TEXT_COMPRESSION_zTXt, .key = "after", .text = "\xe9" };
      g_autoptr (GError) error = NULL;
      g_autoptr (SfPng) picture = NULL;

      png_init_io (png, stream);
      png_set_IHDR (png, info, 2, 1, KINDS[k].depth, KINDS[k].type,
                    i % 2 ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                    PNG_FILTER_TYPE_DEFAULT);
      if (KINDS[k].type == PNG_COLOR_TYPE_PALETTE)
        png_set_PLTE (png, info, PALETTE, G_N_ELEMENTS (PALETTE));
      png_write_info (png, info);
      png_write_image (png, rows);
      png_set_text (png, info, &text, 1);
      png_write_end (png, info);
      png_destroy_write_struct (&png, &info);
      fclose (stream);

      picture = sf_png_load (path, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (picture->width, ==, 2);
      g_assert_cmpuint (picture->height, ==, 1);
      g_assert_cmpmem (picture->pixels, 6, KINDS[k].rgb, 6);
      g_assert_cmpstr (sf_png_get_text (picture, "after"), ==, "é");
    }
}

static void
assert_refused (const char *path, const char *reason)
{
  g_test_message ("%s", reason);
  g_autoptr (GError) error = NULL;
  g_autoptr (SfPng) picture = sf_png_load (path, &error);

  g_assert_null (picture);
  g_assert_nonnull (strstr (error->message, path));
  if (strstr (error->message, reason) == NULL)
    g_error ("“%s” does not say “%s”", error->message, reason);
}

static void
test_damaged (TemporaryFolder *folder, gconstpointer data)
{
  SfPngText text = { "parameters", "a cat" };
  g_autofree char *path = save_example (folder, &text, 1);
  g_autofree char *bytes = NULL;
  gsize n_bytes = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &n_bytes, NULL));
  for (gsize i = n_bytes; i-- > 0;)
    {
      g_assert_cmpint (truncate (path, (off_t) i), ==, 0);
      assert_refused (path, i < 8 ? "not a PNG picture" : "the file is cut short");
    }
  for (gsize i = 0; i < n_bytes; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SfPng) picture = NULL;

      bytes[i] ^= 0x55;
      g_assert_true (g_file_set_contents_full (path, bytes, (gssize) n_bytes,
                                               G_FILE_SET_CONTENTS_NONE, 0600, NULL));
      picture = sf_png_load (path, &error);
      g_assert_true ((picture != NULL) == (error == NULL));
      bytes[i] ^= 0x55;
    }
}

/* A header that announces 2^31 - 1 pixels a side. */
static void
test_too_large (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *path = save_example (folder, NULL, 0);
  g_autofree char *bytes = NULL;
  gsize n_bytes = 0;
  guint32 check = 0;
  static const struct
  {
    guint32 side;
    const char *reason;
  } CASES[] = { { 0x7fffffff, "read" }, { SF_PNG_MAX_SIDE, "the picture is too large" } };

  g_assert_true (g_file_get_contents (path, &bytes, &n_bytes, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      guint32 side = GUINT32_TO_BE (CASES[i].side);

      memcpy (bytes + 16, &side, 4);
      memcpy (bytes + 20, &side, 4);
      check = 0xffffffff;
      for (guint at = 12; at < 29; at++)
        {
          check ^= (guint8) bytes[at];
          for (guint bit = 0; bit < 8; bit++)
            check = check >> 1 ^ (check & 1 ? 0xedb88320 : 0);
        }
      check = GUINT32_TO_BE (~check);
      memcpy (bytes + 29, &check, 4);
      g_assert_true (g_file_set_contents (path, bytes, (gssize) n_bytes, NULL));
      assert_refused (path, CASES[i].reason);
    }
}

static void
test_not_written (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *no_folder = g_build_filename (folder->path, "no", "picture.png", NULL);
  g_autofree char *path = g_build_filename (folder->path, "picture.png", NULL);
  g_autofree guint8 *pixels = make_pixels ();
  g_autoptr (GError) error = NULL;

  g_assert_false (sf_png_save (no_folder, WIDTH, HEIGHT, pixels, NULL, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, no_folder));
  g_clear_error (&error);

  g_assert_false (
      sf_png_save (path, WIDTH, HEIGHT, pixels, &(SfPngText){ "", "no key" }, 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_cmpuint (temporary_folder_count_files (folder), ==, 0);
  g_clear_error (&error);

  if (g_file_test ("/dev/full", G_FILE_TEST_EXISTS))
    {
      g_assert_false (sf_png_save ("/dev/full", WIDTH, HEIGHT, pixels, NULL, 0, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
      g_assert_nonnull (strstr (error->message, "write /dev/full: "));
      g_clear_error (&error);
    }

  g_assert_cmpint (g_chmod (folder->path, 0500), ==, 0);
  if (geteuid () == 0)
    {
      g_test_message ("folders are always writable for root");
    }
  else
    {
      g_assert_false (sf_png_save (path, WIDTH, HEIGHT, pixels, NULL, 0, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
      g_assert_nonnull (strstr (error->message, path));
    }
  g_assert_cmpint (g_chmod (folder->path, 0700), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_TEST ("/png/round-trip", test_round_trip);
  ADD_TEST ("/png/chunk-types", test_chunk_types);
  ADD_TEST ("/png/kinds", test_kinds);
  ADD_TEST ("/png/damaged", test_damaged);
  ADD_TEST ("/png/too-large", test_too_large);
  ADD_TEST ("/png/not-written", test_not_written);
  return g_test_run ();
}
