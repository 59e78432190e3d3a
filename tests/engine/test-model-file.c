/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-model-hash.h"
#include "engine/sf-model-path.h"

#include <glib/gstdio.h>
#include <string.h>

/* SHA-256 of "abc" (FIPS 180-2, appendix B.1) and of no bytes. */
#define HASH_OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define HASH_OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

typedef struct
{
  char *folder;
  char *file;
} Fixture;

static void
fixture_set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("sfumato-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->file = g_build_filename (self->folder, "starter.safetensors", NULL);
  g_assert_true (g_file_set_contents (self->file, "abc", 3, NULL));
}

static void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  g_unsetenv ("SFUMATO_DATA_DIR");
  g_remove (self->file);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->file);
  g_free (self->folder);
}

static void
test_starter (Fixture *self, gconstpointer data)
{
  g_autofree char *by_default = NULL;
  g_autofree char *by_name = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("SFUMATO_DATA_DIR", self->folder, TRUE);
  by_default = sf_model_path_find (NULL, &error);
  g_assert_cmpstr (by_default, ==, self->file);
  by_name = sf_model_path_find ("starter", &error);
  g_assert_cmpstr (by_name, ==, self->file);

  g_assert_cmpint (g_remove (self->file), ==, 0);
  g_assert_null (sf_model_path_find (NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, self->folder));
}

static void
test_path (Fixture *self, gconstpointer data)
{
  g_autofree char *path = sf_model_path_find (self->file, NULL);
  g_autofree char *name = sf_model_path_get_name (self->file);
  g_autofree char *missing = g_build_filename (self->folder, "missing.safetensors", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (path, ==, self->file);
  g_assert_cmpstr (name, ==, "starter");

  g_assert_null (sf_model_path_find (missing, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, missing));
  g_clear_error (&error);
  g_assert_null (sf_model_path_find (self->folder, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "without model_index.json"));
  g_clear_error (&error);
  g_assert_null (sf_model_path_find ("/dev/null", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
}

static void
test_taesd (Fixture *self, gconstpointer data)
{
  g_autofree char *beside = g_build_filename (self->folder, "starter.taesd.safetensors", NULL);
  g_autofree char *dotted = g_build_filename (self->folder, "a.folder", "model", NULL);
  g_autofree char *found = NULL;

  g_assert_null (sf_model_path_find_taesd (self->file));
  g_assert_null (sf_model_path_find_taesd (dotted));

  g_assert_true (g_file_set_contents (beside, "abc", 3, NULL));
  found = sf_model_path_find_taesd (self->file);
  g_assert_cmpstr (found, ==, beside);
  g_assert_cmpint (g_remove (beside), ==, 0);
}

static void
test_hash (Fixture *self, gconstpointer data)
{
  g_autofree char *first = sf_model_hash_get (self->file, NULL, NULL);
  g_autofree char *again = sf_model_hash_get (self->file, NULL, NULL);
  g_autofree char *changed = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (first, ==, HASH_OF_ABC);
  g_assert_cmpstr (again, ==, HASH_OF_ABC);

  g_assert_true (g_file_set_contents (self->file, "", 0, NULL));
  changed = sf_model_hash_get (self->file, NULL, NULL);
  g_assert_cmpstr (changed, ==, HASH_OF_NOTHING);

  g_assert_cmpint (g_remove (self->file), ==, 0);
  g_assert_null (sf_model_hash_get (self->file, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_hash_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (self->file, "abcd", 4, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_null (sf_model_hash_get (self->file, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* The digits are those of Python's hashlib. */
static void
test_brief_hash (Fixture *self, gconstpointer data)
{
  const gsize n_bytes = 0x110000 + 5;
  g_autofree guint8 *bytes = g_malloc (n_bytes);
  g_autofree char *brief = NULL;
  g_autofree char *whole = NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < n_bytes; i++)
    bytes[i] = (guint8) (i * 7 + 3);
  g_assert_true (g_file_set_contents (self->file, (const char *) bytes, n_bytes, NULL));
  brief = sf_model_hash_get_brief (self->file, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (brief, ==, "510b126e");
  whole = sf_model_hash_get (self->file, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (whole, ==, "887519cd1b0c846ede408bf17e04560e15b6ee34d8f965ddf29fef94981a5ea4");

  g_assert_cmpint (g_remove (self->file), ==, 0);
  g_assert_null (sf_model_hash_get_brief (self->file, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/model-file/starter", Fixture, NULL, fixture_set_up, test_starter,
              fixture_tear_down);
  g_test_add ("/model-file/path", Fixture, NULL, fixture_set_up, test_path, fixture_tear_down);
  g_test_add ("/model-file/taesd", Fixture, NULL, fixture_set_up, test_taesd, fixture_tear_down);
  g_test_add ("/model-file/hash", Fixture, NULL, fixture_set_up, test_hash, fixture_tear_down);
  g_test_add ("/model-file/hash-cancelled", Fixture, NULL, fixture_set_up, test_hash_cancelled,
              fixture_tear_down);
  g_test_add ("/model-file/brief-hash", Fixture, NULL, fixture_set_up, test_brief_hash,
              fixture_tear_down);

  return g_test_run ();
}
