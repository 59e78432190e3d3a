/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sf-npy.h"

#include <string.h>
#include <unistd.h>

#include "temporary-folder.h"

#define HEADER(descr, order, shape) \
  "{'descr': '" descr "', 'fortran_order': " order ", 'shape': " shape ", }"

/* A file with a header and data as given, in version 1 or 2. */
static char *
write_file (TemporaryFolder *folder, guint version, const char *header, const void *data,
            gsize n_bytes)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  guint32 header_bytes = GUINT32_TO_LE ((guint32) strlen (header));
  guint8 start[] = { 0x93, 'N', 'U', 'M', 'P', 'Y', (guint8) version, 0 };
  char *path = g_build_filename (folder->path, "array.npy", NULL);

  g_byte_array_append (file, start, sizeof start);
  g_byte_array_append (file, (const guint8 *) &header_bytes, version == 1 ? 2 : 4);
  g_byte_array_append (file, (const guint8 *) header, (guint) strlen (header));
  g_byte_array_append (file, data, (guint) n_bytes);
  g_file_set_contents (path, (const char *) file->data, file->len, &error);
  g_assert_no_error (error);
  return path;
}

static void
test_round_trip (TemporaryFolder *folder, gconstpointer data)
{
  static const gsize SHAPES[][3] = { { 2, 3, 5 }, { 7, 0, 1 }, { 1, 1, 1 } };
  g_autofree char *path = g_build_filename (folder->path, "array.npy", NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (SHAPES); i++)
    {
      for (guint n_dims = 0; n_dims <= 3; n_dims++)
        {
          g_autoptr (SfArray) saved = sf_array_new (n_dims, SHAPES[i]);
          g_autoptr (SfArray) loaded = NULL;

          for (gsize j = 0; j < saved->n_values; j++)
            saved->data[j] = (float) j * 0.3f - 2;
          g_assert_true (sf_npy_save (saved, path, &error));
          g_assert_no_error (error);
          loaded = sf_npy_load (path, &error);
          g_assert_no_error (error);
          g_assert_true (sf_array_has_shape (loaded, n_dims, SHAPES[i]));
          g_assert_cmpmem (loaded->data, loaded->n_values * 4, saved->data, saved->n_values * 4);
        }
    }
  g_assert_cmpuint (temporary_folder_count_files (folder), ==, 1);
}

static void
test_types (TemporaryFolder *folder, gconstpointer data)
{
  static const struct
  {
    const char *header;
    guint8 bytes[16];
    gsize n_bytes;
    float values[2];
  } CASES[] = {
    { HEADER ("<f2", "False", "(2,)"), { 0x00, 0x3e, 0x00, 0xc0 }, 4, { 1.5f, -2 } },
    { HEADER ("<f4", "False", "(2,)"), { 0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0 }, 8, { 1.5f, -2 } },
    { HEADER ("<f8", "False", "(2,)"),
      { 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0 },
      16,
      { 1.5f, -2 } },
    { HEADER ("<i4", "False", "(2,)"), { 7, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff }, 8, { 7, -2 } },
    { HEADER ("<i8", "False", "(2, 1)"),
      { 0, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
      16,
      { 4294967296, -1 } },
    { HEADER ("|u1", "False", "(1, 2)"), { 255, 3 }, 2, { 255, 3 } },
    { HEADER ("<u4", "False", "(2,)"), { 0, 0, 0, 0x80, 1 }, 8, { 2147483648, 1 } },
  };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (CASES); i++)
    {
      guint j = i / 2;
      g_autoptr (GError) error = NULL;
      g_autofree char *path = write_file (folder, 1 + i % 2, CASES[j].header, CASES[j].bytes,
                                          CASES[j].n_bytes);
      g_autoptr (SfArray) array = sf_npy_load (path, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (array->n_values, ==, 2);
      g_assert_cmpmem (array->data, 8, CASES[j].values, 8);
    }
}

static void
assert_refused (const char *path, const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SfArray) array = sf_npy_load (path, &error);

  g_assert_null (array);
  g_assert_nonnull (error);
  if (strstr (error->message, reason) == NULL)
    g_error ("“%s” does not say “%s”", error->message, reason);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_refused (TemporaryFolder *folder, gconstpointer data)
{
  static const struct
  {
    const char *header;
    gsize n_bytes;
    const char *reason;
  } CASES[] = {
    { HEADER ("<f4", "False", "(2,)"), 7, "speaks of 8 bytes of values, the file holds 7" },
    { HEADER ("<f4", "False", "(2,)"), 9, "the file holds 9" },
    { HEADER ("<f4", "True", "(2, 2)"), 16, "Fortran" },
    { HEADER (">f4", "False", "(2,)"), 8, "type that is not supported" },
    { HEADER ("<c8", "False", "(1,)"), 8, "type that is not supported" },
    { HEADER ("|O", "False", "(1,)"), 8, "type that is not supported" },
    { HEADER ("<f4", "False", "(4294967296, 4294967296, 4)"), 8, "shape is too large" },
    { HEADER ("<f4", "False", "(4611686018427387904,)"), 8, "shape is too large" },
    { HEADER ("<f4", "False", "(99999999999999999999999,)"), 8, "cannot be understood" },
    { HEADER ("<f4", "False", "(-1,)"), 8, "cannot be understood" },
    { HEADER ("<f4", "False", "(1.5,)"), 8, "cannot be understood" },
    { HEADER ("<f4", "False", "(1,1,1,1,1,1,1,1,1)"), 4, "cannot be understood" },
    { HEADER ("<f4", "False", "(2,"), 8, "cannot be understood" },
    { HEADER ("<f4", "Maybe", "(2,)"), 8, "cannot be understood" },
    { "{'descr': '<f4', 'fortran_order': False, }", 8, "cannot be understood" },
    { "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", 8, "understood" },
    { "{'descr': '<f4", 8, "cannot be understood" },
    { "{", 8, "cannot be understood" },
    { "", 8, "cannot be understood" },
    { "nonsense", 8, "cannot be understood" },
  };
  static const guint8 ZEROS[16] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *path = write_file (folder, 1 + i % 2, CASES[i].header, ZEROS,
                                          CASES[i].n_bytes);

      assert_refused (path, CASES[i].reason);
    }
}

static void
test_cut_short (TemporaryFolder *folder, gconstpointer data)
{
  static const float VALUES[2] = { 1, 2 };
  g_autofree char *path = write_file (folder, 1, HEADER ("<f4", "False", "(2,)"), VALUES,
                                      sizeof VALUES);
  g_autofree char *bytes = NULL;
  gsize n_bytes = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &n_bytes, NULL));
  for (gsize i = n_bytes; i-- > 0;)
    {
      g_assert_cmpint (truncate (path, (off_t) i), ==, 0);
      assert_refused (path, "read");
    }
  bytes[6] = 3;
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n_bytes, NULL));
  assert_refused (path, "versions 1 and 2");
  bytes[6] = 1;
  bytes[9] = (char) 0xff;
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n_bytes, NULL));
  assert_refused (path, "ends within its header");
}

static void
test_file_errors (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (folder->path, "missing.npy", NULL);
  g_autofree char *nowhere = g_build_filename (folder->path, "no", "folder.npy", NULL);
  g_autoptr (SfArray) array = sf_array (2, 2);
  g_autoptr (SfArray) loaded = NULL;
  g_autoptr (GError) error = NULL;

  loaded = sf_npy_load (missing, &error);
  g_assert_null (loaded);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, missing));
  g_clear_error (&error);

  loaded = sf_npy_load (folder->path, &error);
  g_assert_null (loaded);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);

  g_assert_false (sf_npy_save (array, nowhere, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, nowhere));
  g_clear_error (&error);

  if (g_file_test ("/dev/full", G_FILE_TEST_EXISTS))
    {
      g_assert_false (sf_npy_save (array, "/dev/full", &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
      g_assert_nonnull (strstr (error->message, "write /dev/full: "));
    }
}

static void
test_replaced_as_a_whole (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *path = g_build_filename (folder->path, "array.npy", NULL);
  g_autofree char *link = g_build_filename (folder->path, "link.npy", NULL);
  g_autoptr (SfArray) array = sf_array (3);
  g_autoptr (SfArray) loaded = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  g_assert_true (g_file_set_contents (path, "old", -1, NULL));
  g_assert_cmpint (g_chmod (path, 0640), ==, 0);
  g_assert_cmpint (symlink ("array.npy", link), ==, 0);
  g_assert_true (sf_npy_save (array, link, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0640);
  loaded = sf_npy_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (temporary_folder_count_files (folder), ==, 2);
}

static void
test_array (void)
{
  g_autoptr (SfArray) array = sf_array (2, 77, 768);
  g_autoptr (SfArray) copy = NULL;
  g_autoptr (SfArray) value = sf_array_new (0, NULL);
  g_autofree char *shape = sf_array_describe_shape (array);
  g_autofree char *no_shape = sf_array_describe_shape (value);

  g_assert_cmpstr (shape, ==, "2×77×768");
  g_assert_cmpstr (no_shape, ==, "one value");
  g_assert_cmpuint (array->n_values, ==, 2 * 77 * 768);
  g_assert_cmpuint (value->n_values, ==, 1);
  array->data[5] = 3;
  copy = sf_array_copy (array);
  array->data[5] = 4;
  g_assert_cmpfloat (copy->data[5], ==, 3);
  sf_array_unref (sf_array_ref (copy));
  g_assert_true (sf_array_has_shape (copy, 3, (gsize[]){ 2, 77, 768 }));
  g_assert_false (sf_array_has_shape (copy, 3, (gsize[]){ 2, 768, 77 }));
  g_assert_false (sf_array_has_shape (copy, 2, (gsize[]){ 2, 77 }));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/array/basics", test_array);
  ADD_TEST ("/npy/round-trip", test_round_trip);
  ADD_TEST ("/npy/types", test_types);
  ADD_TEST ("/npy/refused", test_refused);
  ADD_TEST ("/npy/cut-short", test_cut_short);
  ADD_TEST ("/npy/file-errors", test_file_errors);
  ADD_TEST ("/npy/replaced-as-a-whole", test_replaced_as_a_whole);
  return g_test_run ();
}
