/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-picture.h"

#include "formats/sf-png.h"

#include <glib/gstdio.h>
#include <string.h>

#define PARAMETERS "a prompt — with “quotes”\nSteps: 1, Sampler: Euler, CFG scale: 7"

typedef struct
{
  char *folder;
  SfPicture *picture;
} Fixture;

static void
fixture_set_up (Fixture *self, gconstpointer data)
{
  const guint8 rgb[] = { 255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
  g_autoptr (GBytes) bytes = g_bytes_new (rgb, sizeof rgb);

  self->folder = g_dir_make_tmp ("sfumato-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->picture = sf_picture_new (3, 2, bytes);
  self->picture->seed = 1234567890;
  self->picture->infotext = g_strdup (PARAMETERS);
}

static void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  sf_picture_unref (self->picture);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_save (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "x.png", NULL);
  g_autoptr (SfPng) png = NULL;
  g_autofree char *infotext = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (sf_picture_save (self->picture, path, &error));
  g_assert_no_error (error);

  png = sf_png_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (png->pixels, (gsize) png->width * png->height * 3,
                   g_bytes_get_data (self->picture->rgb, NULL), 18);
  infotext = sf_picture_load_infotext (path, &error);
  g_assert_cmpstr (infotext, ==, PARAMETERS);
  g_assert_cmpuint (count_files (self->folder), ==, 1);
}

static void
test_preview_has_no_infotext (Fixture *self, gconstpointer data)
{
  g_autoptr (SfPicture) preview = sf_picture_new (3, 2, self->picture->rgb);
  g_autofree char *path = g_build_filename (self->folder, "x.png", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (sf_picture_save (preview, path, NULL));
  g_assert_null (sf_picture_load_infotext (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_private (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "x.png", NULL);
  g_autoptr (GError) error = NULL;

  self->picture->is_private = TRUE;
  g_assert_true (sf_picture_save (self->picture, path, NULL));
  g_assert_null (sf_picture_load_infotext (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_numbering (Fixture *self, gconstpointer data)
{
  g_autofree char *first = sf_picture_save_in_folder (self->picture, self->folder, NULL, NULL);
  g_autofree char *gap = g_build_filename (self->folder, "00041-5.png", NULL);
  g_autofree char *other = g_build_filename (self->folder, "99999999999999999999-x", NULL);
  g_autofree char *words = g_build_filename (self->folder, "777 words.png", NULL);
  g_autofree char *first_name = g_path_get_basename (first);
  g_autofree char *next = NULL;
  g_autofree char *next_name = NULL;

  g_assert_cmpstr (first_name, ==, "00001-1234567890.png");
  g_assert_true (g_file_set_contents (gap, "", 0, NULL));
  g_assert_true (g_file_set_contents (other, "", 0, NULL));
  g_assert_true (g_file_set_contents (words, "", 0, NULL));
  next = sf_picture_save_in_folder (self->picture, self->folder, NULL, NULL);
  next_name = g_path_get_basename (next);
  g_assert_cmpstr (next_name, ==, "00042-1234567890.png");
}

static void
check_saved (Fixture *self, const char *name, const char *expected)
{
  g_autofree char *path = sf_picture_save_in_folder (self->picture, self->folder, name, NULL);
  g_autofree char *saved = g_path_get_basename (path);

  g_assert_cmpstr (saved, ==, expected);
}

static void
test_names (Fixture *self, gconstpointer data)
{
  check_saved (self, "boat [number]", "boat 00001.png");
  check_saved (self, "boat [number]", "boat 00002.png");
  check_saved (self, "7-[number]-x", "7-00001-x.png");
  check_saved (self, "boat", "boat.png");
  check_saved (self, "boat", "boat-00001.png");
  check_saved (self, "boat", "boat-00002.png");
}

static gpointer
save_some (gpointer data)
{
  const Fixture *self = data;

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *path = sf_picture_save_in_folder (self->picture, self->folder, NULL, NULL);

      g_assert_nonnull (path);
    }

  return NULL;
}

/* Several programs at once with the same seed: every picture gets a file of its own. */
static void
test_race (Fixture *self, gconstpointer data)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("save", save_some, self);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  g_assert_cmpuint (count_files (self->folder), ==, 40);
}

static void
test_unwritable (Fixture *self, gconstpointer data)
{
  g_autofree char *file = g_build_filename (self->folder, "file", NULL);
  g_autofree char *below = g_build_filename (file, "folder", NULL);
  g_autofree char *picture = g_build_filename (below, "x.png", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_null (sf_picture_save_in_folder (self->picture, below, NULL, &error));
  g_assert_nonnull (strstr (error->message, below));
  g_clear_error (&error);

  g_assert_false (sf_picture_save (self->picture, picture, &error));
  g_assert_nonnull (strstr (error->message, "x.png"));
}

static void
test_no_png (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "x.png", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "no picture", -1, NULL));
  g_assert_null (sf_picture_load_infotext (path, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, path));
}

int
main (int argc, char **argv)
{
  const struct
  {
    const char *name;
    void (*run) (Fixture *, gconstpointer);
  } tests[] = {
    { "/picture/save", test_save },
    { "/picture/preview-has-no-infotext", test_preview_has_no_infotext },
    { "/picture/private", test_private },
    { "/picture/numbering", test_numbering },
    { "/picture/names", test_names },
    { "/picture/race", test_race },
    { "/picture/unwritable", test_unwritable },
    { "/picture/no-png", test_no_png },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, fixture_set_up, tests[i].run, fixture_tear_down);

  return g_test_run ();
}
