/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Thumbnails: made, shared as the standard says, kept within a limit. */

#include "sf-thumbnailer.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>

static char *folder; /* of this test's own */

static char *
save (int size, const char *name)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, size, size / 2);
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (folder, name, NULL);

  gdk_pixbuf_fill (pixbuf, 0x336699ff);
  gdk_pixbuf_save (pixbuf, path, "png", &error, NULL);
  g_assert_no_error (error);
  return path;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

static GdkTexture *
load (SfThumbnailer *thumbnailer, const char *path, gint64 modified, int size, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  sf_thumbnailer_load_async (thumbnailer, path, modified, size, NULL, loaded_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return sf_thumbnailer_load_finish (thumbnailer, result, error);
}

static char *
find_stored (const char *path)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_MD5, uri, -1);
  g_autofree char *name = g_strconcat (hash, ".png", NULL);

  return g_build_filename (g_get_user_cache_dir (), "thumbnails", "normal", name, NULL);
}

static void
test_shared (void)
{
  g_autoptr (SfThumbnailer) thumbnailer = sf_thumbnailer_new (1024 * 1024);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = save (300, "large.png");
  g_autofree char *stored = find_stored (path);
  const gint64 modified = 1234 * G_USEC_PER_SEC;

  g_assert_null (sf_thumbnailer_peek (thumbnailer, path, modified, 128));
  g_autoptr (GdkTexture) texture = load (thumbnailer, path, modified, 128, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (texture), ==, 128);
  g_assert_cmpint (gdk_texture_get_height (texture), ==, 64);
  g_assert_true (sf_thumbnailer_peek (thumbnailer, path, modified, 100) == texture);
  g_assert_null (sf_thumbnailer_peek (thumbnailer, path, modified, 200));

  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_file (stored, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gdk_pixbuf_get_option (pixbuf, "tEXt::Thumb::MTime"), ==, "1234");

  /* Another program's is taken: the picture itself is not looked at. */
  g_unlink (path);
  g_autoptr (SfThumbnailer) other = sf_thumbnailer_new (1024 * 1024);
  g_autoptr (GdkTexture) again = load (other, path, modified, 128, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (again), ==, 128);

  /* One of the file as it was is not. */
  g_assert_null (load (other, path, modified + G_USEC_PER_SEC, 128, &error));
  g_assert_nonnull (error);
}

static void
test_small (void)
{
  g_autoptr (SfThumbnailer) thumbnailer = sf_thumbnailer_new (1024 * 1024);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = save (100, "small.png");
  g_autofree char *stored = find_stored (path);
  g_autoptr (GdkTexture) texture = load (thumbnailer, path, 1, 128, &error);

  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (texture), ==, 100);
  g_assert_false (g_file_test (stored, G_FILE_TEST_EXISTS));
}

/* What was used last stays. */
static void
test_limit (void)
{
  g_autoptr (SfThumbnailer) thumbnailer = sf_thumbnailer_new (3 * 100 * 50 * 4);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = save (100, "many.png");

  for (gint64 modified = 1; modified <= 5; modified++)
    {
      g_autoptr (GdkTexture) texture = load (thumbnailer, path, modified, 128, &error);

      g_assert_no_error (error);
      g_assert_nonnull (sf_thumbnailer_peek (thumbnailer, path, 1, 128));
      g_assert_cmpuint (sf_thumbnailer_get_bytes (thumbnailer), <=, 3 * 100 * 50 * 4);
    }
  g_assert_null (sf_thumbnailer_peek (thumbnailer, path, 2, 128));
  g_assert_null (sf_thumbnailer_peek (thumbnailer, path, 3, 128));
  g_assert_nonnull (sf_thumbnailer_peek (thumbnailer, path, 4, 128));
}

int
main (int argc, char **argv)
{
  folder = g_dir_make_tmp ("sfumato-thumbnailer-XXXXXX", NULL);
  g_setenv ("XDG_CACHE_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/thumbnailer/shared", test_shared);
  g_test_add_func ("/thumbnailer/small", test_small);
  g_test_add_func ("/thumbnailer/limit", test_limit);
  return g_test_run ();
}
