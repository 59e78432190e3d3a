/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <glib/gstdio.h>

/* A folder of its own for each test, removed with the files in it. */
typedef struct
{
  char *path;
} TemporaryFolder;

static inline void
temporary_folder_set_up (TemporaryFolder *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->path = g_dir_make_tmp ("sfumato-test-XXXXXX", &error);
  g_assert_no_error (error);
}

static inline guint
temporary_folder_count_files (TemporaryFolder *self)
{
  g_autoptr (GDir) folder = g_dir_open (self->path, 0, NULL);
  guint n_files = 0;

  g_assert_nonnull (folder);
  while (g_dir_read_name (folder) != NULL)
    n_files++;
  return n_files;
}

static inline void
temporary_folder_tear_down (TemporaryFolder *self, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (self->path, 0, NULL);
  const char *name = NULL;

  g_assert_nonnull (folder);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->path, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (self->path), ==, 0);
  g_free (self->path);
}

#define ADD_TEST(name, function)                                              \
  g_test_add (name, TemporaryFolder, NULL, temporary_folder_set_up, function, \
              temporary_folder_tear_down)
