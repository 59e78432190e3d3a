/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "formats/sf-pickle.h"
#include "formats/sf-tensor-file.h"

#include <string.h>

#include "temporary-folder.h"

static SfTensorFile *
open_golden (const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (SF_TEST_GOLDENS, "weights", name, NULL);

  return sf_tensor_file_open (path, error);
}

/* Every tensor of make_weights.py's states is cut out of a [4, 6] one with 0, 1/8, 2/8 …: from which value on,
 * and how far neighbours are apart in it. */
static const struct
{
  const char *name;
  SfDtype dtype;
  guint n_dims;
  gsize dims[2];
  gsize first;
  gsize strides[2];
  gboolean is_plain;
} STATE[] = {
  { "base", SF_DTYPE_F32, 2, { 4, 6 }, 0, { 6, 1 }, TRUE },
  { "shared", SF_DTYPE_F32, 1, { 12 }, 6, { 1 }, TRUE },
  { "corner", SF_DTYPE_F32, 2, { 2, 3 }, 8, { 6, 1 }, FALSE },
  { "transposed", SF_DTYPE_F32, 2, { 6, 4 }, 0, { 1, 6 }, FALSE },
  { "half", SF_DTYPE_F16, 2, { 4, 6 }, 0, { 6, 1 }, TRUE },
  { "bf16", SF_DTYPE_BF16, 2, { 4, 6 }, 0, { 6, 1 }, TRUE },
  { "double", SF_DTYPE_F64, 2, { 4, 6 }, 0, { 6, 1 }, TRUE },
  { "scalar", SF_DTYPE_F32, 0, { 0 }, 20, { 0 }, TRUE },
  { "parameter", SF_DTYPE_F32, 1, { 6 }, 0, { 1 }, TRUE },
};

static void
test_state (gconstpointer name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SfTensorFile) file = open_golden (name, &error);
  const SfTensorList *list = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (sf_tensor_file_get_format (file), ==, "PyTorch");
  list = sf_tensor_file_get_tensors (file);
  /* And "ids" and "empty". */
  g_assert_cmpuint (sf_tensor_list_get_n_tensors (list), ==, G_N_ELEMENTS (STATE) + 2);
  for (guint i = 0; i < G_N_ELEMENTS (STATE); i++)
    {
      const SfTensorInfo *tensor = sf_tensor_list_find (list, STATE[i].name);
      float values[24];
      guint16 halves[24];
      gsize row = 0, columns = 0;

      g_assert_nonnull (tensor);
      g_assert_cmpint (tensor->dtype, ==, STATE[i].dtype);
      g_assert_cmpuint (tensor->n_dims, ==, STATE[i].n_dims);
      g_assert_cmpmem (tensor->dims, sizeof STATE[i].dims, STATE[i].dims, sizeof STATE[i].dims);
      g_assert_cmpint (sf_tensor_info_is_plain (tensor), ==, STATE[i].is_plain);
      g_assert_true (sf_tensor_info_read_f32 (tensor, values, &error));
      g_assert_true (sf_tensor_info_read_f16 (tensor, halves, &error));
      columns = STATE[i].n_dims == 2 ? STATE[i].dims[1] : tensor->n_values;
      for (gsize n = 0; n < tensor->n_values; n++)
        {
          gsize column = n % columns;
          gsize at = STATE[i].first;

          row = n / columns;
          at += STATE[i].n_dims == 2 ? row * STATE[i].strides[0] + column * STATE[i].strides[1]
                                     : column * STATE[i].strides[0];
          g_assert_cmpfloat (values[n], ==, (float) at / 8);
        }
      g_assert_cmphex (halves[tensor->n_values - 1] >> 15, ==, 0);
    }
  g_assert_cmpint (sf_tensor_list_find (list, "ids")->dtype, ==, SF_DTYPE_I64);
  g_assert_cmpuint (sf_tensor_list_find (list, "empty")->n_bytes, ==, 0);
}

static void
test_nested (void)
{
  g_autoptr (SfTensorFile) file = open_golden ("nested.pt", NULL);
  const SfTensorList *list = sf_tensor_file_get_tensors (file);

  g_assert_cmpuint (sf_tensor_list_get_n_tensors (list), ==, 3);
  g_assert_nonnull (sf_tensor_list_find (list, "outer.inner"));
  g_assert_nonnull (sf_tensor_list_find (list, "7"));
  g_assert_nonnull (sf_tensor_list_find (list, "8"));
}

static void
test_hostile (void)
{
  static const struct
  {
    const char *name;
    const char *reason;
  } CASES[] = {
    { "system-zip.ckpt", "asks for posix.system, which no weights need; nothing of it was run" },
    { "system-legacy.ckpt", "asks for posix.system, which no weights need" },
    { "eval.pt", "asks for __builtin__.eval, which no weights need" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (open_golden (CASES[i].name, &error));
      g_assert_nonnull (strstr (error->message, CASES[i].reason));
    }
  g_assert_false (g_file_test ("/tmp/sfumato-was-here", G_FILE_TEST_EXISTS));
}

/* No file that was cut short, or in which a bit is wrong, makes the reader stumble: it says no, or lists what
 * can be read. */
static void
test_damaged (TemporaryFolder *folder, gconstpointer data)
{
  static const char *const NAMES[] = { "state-zip.ckpt", "state-legacy.ckpt" };
  g_autofree char *path = g_build_filename (folder->path, "damaged", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    {
      g_autofree char *golden = g_build_filename (SF_TEST_GOLDENS, "weights", NAMES[i], NULL);
      g_autofree char *bytes = NULL;
      gsize n_bytes = 0;
      guint n_refused = 0;

      g_assert_true (g_file_get_contents (golden, &bytes, &n_bytes, NULL));
      for (gsize at = 0; at < n_bytes; at++)
        {
          g_autoptr (SfTensorFile) file = NULL;
          g_autoptr (GError) error = NULL;
          const gboolean is_cut = at % 2 == 0;

          bytes[at] ^= (char) (is_cut ? 0 : 1 << at / 2 % 8);
          g_remove (path); /* what is written in place keeps its old length */
          g_assert_true (g_file_set_contents_full (path, bytes, (gssize) (is_cut ? at : n_bytes),
                                                   G_FILE_SET_CONTENTS_NONE, 0600, NULL));
          file = sf_tensor_file_open (path, &error);
          n_refused += file == NULL;
          g_assert_true (file != NULL || error != NULL);
          for (guint t = 0;
               file != NULL && t < sf_tensor_list_get_n_tensors (sf_tensor_file_get_tensors (file));
               t++)
            {
              const SfTensorInfo *tensor = sf_tensor_list_get (sf_tensor_file_get_tensors (file),
                                                               t);
              g_autofree float *values = g_new (float, tensor->n_values);

              if (sf_dtype_is_float (tensor->dtype))
                g_assert_true (sf_tensor_info_read_f32 (tensor, values, NULL));
            }
          bytes[at] ^= (char) (is_cut ? 0 : 1 << at / 2 % 8);
        }
      g_assert_cmpuint (n_refused, >=, n_bytes / 2);
    }
}

/* The method of compression in the directory of the archive says deflate. */
static void
test_compressed (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *golden = g_build_filename (SF_TEST_GOLDENS, "weights", "nested.pt", NULL);
  g_autofree char *path = g_build_filename (folder->path, "deflated.pt", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  char *record = NULL;
  gsize n_bytes = 0;

  g_assert_true (g_file_get_contents (golden, &bytes, &n_bytes, NULL));
  record = memmem (bytes, n_bytes, "PK\x01\x02", 4);
  g_assert_nonnull (record);
  record[10] = 8;
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n_bytes, NULL));
  g_assert_null (sf_tensor_file_open (path, &error));
  g_assert_nonnull (strstr (error->message, "is compressed or encrypted, which PyTorch"));
}

typedef struct
{
  const char *bytes;
  gsize n_bytes;
  const char *reason;
} PickleCase;

#define PICKLE(text) text, sizeof text - 1

static void
test_pickle_refused (void)
{
  static const PickleCase CASES[] = {
    { PICKLE (""), "has no end" },
    { PICKLE ("N"), "has no end" },
    { PICKLE ("."), "is damaged" },
    { PICKLE ("\x80\x06N."), "protocol that is not known" },
    { PICKLE ("cos\nsystem\n."), "asks for os.system" },
    { PICKLE ("\x8c\x02os\x8c\x06system\x93."), "asks for os.system" },
    { PICKLE ("c__builtin__\ngetattr\n."), "asks for __builtin__.getattr" },
    { PICKLE ("ctorch.serialization\nload\n."), "asks for torch.serialization.load" },
    { PICKLE ("ccollections\0x\nOrderedDict\n."), "is damaged" },
    { PICKLE ("ccollections\nOrderedDict"), "is damaged" },
    { PICKLE ("(S'id'\nios\nsystem\n."), "instruction 0x53" },
    { PICKLE ("(ios\nsystem\n."), "instruction 0x69" },
    { PICKLE ("P1\n."), "instruction 0x50" },
    { PICKLE ("\x82\x01."), "instruction 0x82" },
    { PICKLE ("0."), "is damaged" },
    { PICKLE ("(0."), "is damaged" },
    { PICKLE ("t."), "is damaged" },
    { PICKLE ("K"), "is damaged" },
    { PICKLE ("X\xff\xff\xff\xff"
              "abc."),
      "is damaged" },
    { PICKLE ("\x8e\xff\xff\xff\xff\xff\xff\xff\xff"
              "abc."),
      "is damaged" },
    { PICKLE ("h\x05."), "is damaged" },
    { PICKLE ("q\x05."), "is damaged" },
    { PICKLE ("N\x85\x86."), "is damaged" },
    { PICKLE ("}(K\x01u."), "is damaged" },
    { PICKLE ("](K\x01K\x02u."), "is damaged" },
    { PICKLE ("K\x01K\x02"
              "a."),
      "is damaged" },
    { PICKLE ("K\x01)R."), "is damaged" },
    { PICKLE ("K\x01}b."), "is damaged" },
    { PICKLE ("K\x01Q."), "is damaged" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;
      gsize n_read;

      g_assert_null (
          sf_pickle_read ((const guint8 *) CASES[i].bytes, CASES[i].n_bytes, &n_read, &error));
      if (strstr (error->message, CASES[i].reason) == NULL)
        g_error ("“%s” does not say “%s”", error->message, CASES[i].reason);
    }
}

static void
test_pickle_values (void)
{
  static const char BYTES[] = "\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00("
                              "J\xfe\xff\xff\xff"
                              "M\x01\x02"
                              "\x8a\x02\x00\xff"
                              "G\xbf\xf8\x00\x00\x00\x00\x00\x00"
                              "\x8c\x02hi\x94"
                              "h\x00"
                              "\x8c\x01\xff"
                              "](K\x01K\x02"
                              "e"
                              "}\x8c\x01kK\x03s"
                              "ccollections\nOrderedDict\n)R\x8c\x01kK\x04s"
                              "\x88"
                              "t.more";
  g_autoptr (GError) error = NULL;
  gsize n_read = 0;
  g_autoptr (SfPickle)
      pickle = sf_pickle_read ((const guint8 *) BYTES, sizeof BYTES - 1, &n_read, &error);
  const SfPickleValue *root = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (n_read, ==, sizeof BYTES - 1 - strlen ("more"));
  root = sf_pickle_get_root (pickle);
  g_assert_cmpint (root->kind, ==, SF_PICKLE_TUPLE);
  g_assert_cmpint (sf_pickle_value_get (root, 0)->integer, ==, -2);
  g_assert_cmpint (sf_pickle_value_get (root, 1)->integer, ==, 0x201);
  g_assert_cmpint (sf_pickle_value_get (root, 2)->integer, ==, -256);
  g_assert_cmpfloat (sf_pickle_value_get (root, 3)->real, ==, -1.5);
  g_assert_true (sf_pickle_value_is_text (sf_pickle_value_get (root, 4), "hi"));
  g_assert_true (sf_pickle_value_get (root, 5) == sf_pickle_value_get (root, 4));
  g_assert_cmpint (sf_pickle_value_get (root, 6)->kind, ==, SF_PICKLE_BYTES);
  g_assert_cmpint (sf_pickle_value_get (sf_pickle_value_get (root, 7), 1)->integer, ==, 2);
  g_assert_cmpint (sf_pickle_value_find (sf_pickle_value_get (root, 8), "k")->integer, ==, 3);
  g_assert_cmpint (sf_pickle_value_find (sf_pickle_value_get (root, 9), "k")->integer, ==, 4);
  g_assert_true (sf_pickle_value_is_of (sf_pickle_value_get (root, 9), "collections.OrderedDict"));
  g_assert_cmpint (sf_pickle_value_get (root, 10)->kind, ==, SF_PICKLE_BOOL);
  g_assert_null (sf_pickle_value_get (root, 11));
}

/* Many values, deep nesting, and a list that is in itself: bounded, and no recursion. */
static void
test_pickle_large (void)
{
  const gsize n_bytes = SF_PICKLE_MAX_BYTES + 1;
  g_autofree char *bytes = g_strnfill (n_bytes, 'N');
  g_autoptr (GError) error = NULL;
  g_autoptr (SfPickle) pickle = NULL;
  gsize n_read = 0;

  g_assert_null (sf_pickle_read ((const guint8 *) bytes, n_bytes, &n_read, &error));
  g_assert_nonnull (strstr (error->message, "is too large"));
  g_clear_error (&error);

  memset (bytes, '\x85', SF_PICKLE_MAX_VALUES / 2);
  bytes[0] = ')';
  bytes[SF_PICKLE_MAX_VALUES / 2] = '.';
  pickle = sf_pickle_read ((const guint8 *) bytes, n_bytes, &n_read, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_read, ==, SF_PICKLE_MAX_VALUES / 2 + 1);
  g_clear_pointer (&pickle, sf_pickle_free);

  pickle = sf_pickle_read ((const guint8 *) "]q\x01h\x01"
                                            "a.",
                           8, &n_read, &error);
  g_assert_no_error (error);
  g_assert_true (sf_pickle_value_get (sf_pickle_get_root (pickle), 0)
                 == sf_pickle_get_root (pickle));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/torch-file/zip", "state-zip.ckpt", test_state);
  g_test_add_data_func ("/torch-file/legacy", "state-legacy.ckpt", test_state);
  g_test_add_func ("/torch-file/nested", test_nested);
  g_test_add_func ("/torch-file/hostile", test_hostile);
  ADD_TEST ("/torch-file/damaged", test_damaged);
  ADD_TEST ("/torch-file/compressed", test_compressed);
  g_test_add_func ("/torch-file/pickle-refused", test_pickle_refused);
  g_test_add_func ("/torch-file/pickle-values", test_pickle_values);
  g_test_add_func ("/torch-file/pickle-large", test_pickle_large);
  return g_test_run ();
}
