/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "library-fixture.h"

static void
remove_below (GFile *file)
{
  g_autoptr (GFileEnumerator)
      children = g_file_enumerate_children (file, "standard::name",
                                            G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  GFile *child;

  while (children != NULL && g_file_enumerator_iterate (children, NULL, &child, NULL, NULL)
         && child != NULL)
    remove_below (child);
  g_assert_true (g_file_delete (file, NULL, NULL));
}

static void
trouble_cb (Fixture *self, const GError *error)
{
  self->n_troubles++;
}

void
fixture_open (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  self->library = sf_library_new (self->database, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect_swapped (self->library, "trouble", G_CALLBACK (trouble_cb), self);
}

void
fixture_close (Fixture *self)
{
  fixture_settle (self);
  g_assert_finalize_object (self->library);
}

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->root = g_dir_make_tmp ("sfumato-library-XXXXXX", &error);
  g_assert_no_error (error);
  self->pictures = g_build_filename (self->root, "Pictures", NULL);
  self->database = g_build_filename (self->root, "data", "library.db", NULL);
  g_assert_cmpint (g_mkdir_with_parents (self->pictures, 0777), ==, 0);
  fixture_open (self);
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GFile) root = g_file_new_for_path (self->root);

  fixture_close (self);
  remove_below (root);
  g_free (self->root);
  g_free (self->pictures);
  g_free (self->database);
}

void
fixture_wait (const gboolean *done)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT_SECONDS * G_USEC_PER_SEC;

  while (!*done)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
}

void
fixture_settle (Fixture *self)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT_SECONDS * G_USEC_PER_SEC;

  while (sf_library_is_scanning (self->library))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }
  sf_library_flush (self->library);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

SfRequest *
fixture_make_request (const char *prompt, guint64 seed, guint count)
{
  SfRequest *request = sf_request_new ();

  g_free (request->prompt);
  request->prompt = g_strdup (prompt);
  request->seed = seed;
  request->count = count;
  return request;
}

char *
fixture_paint (Fixture *self, const char *name, const char *prompt, const char *model)
{
  enum
  {
    WIDTH = 16,
    HEIGHT = 8
  };
  guint8 *pixels = g_malloc (WIDTH * HEIGHT * 3);
  char *path = g_build_filename (self->pictures, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < WIDTH * HEIGHT * 3; i++)
    pixels[i] = (guint8) g_test_rand_int ();
  g_autoptr (GBytes) rgb = g_bytes_new_take (pixels, WIDTH * HEIGHT * 3);
  g_autoptr (SfPicture) picture = sf_picture_new (WIDTH, HEIGHT, rgb);
  if (prompt != NULL)
    picture->infotext = g_strdup_printf ("%s\nNegative prompt: rain\nSteps: 20, Sampler: Euler a,"
                                         " CFG scale: 7, Seed: 5, Size: 16x8, Model: %s",
                                         prompt, model);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  sf_picture_save (picture, path, &error);
  g_assert_no_error (error);
  return path;
}

typedef struct
{
  GArray *ids;
  gboolean done;
} Found;

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Found *found = user_data;
  g_autoptr (GError) error = NULL;

  found->ids = sf_library_find_finish (result, &error);
  g_assert_no_error (error);
  found->done = TRUE;
}

GPtrArray *
fixture_find (Fixture *self, const SfFilter *filter)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (g_object_unref);
  Found found = { NULL, FALSE };

  sf_library_find_async (self->library, filter, NULL, found_cb, &found);
  fixture_wait (&found.done);
  for (guint i = 0; i < found.ids->len; i++)
    g_ptr_array_add (entries,
                     sf_library_get_entry (self->library, g_array_index (found.ids, gint64, i)));
  g_array_unref (found.ids);
  return entries;
}

guint
fixture_count (Fixture *self, const SfFilter *filter)
{
  g_autoptr (GPtrArray) entries = fixture_find (self, filter);

  return entries->len;
}
