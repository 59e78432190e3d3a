/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-safetensors.h"
#include "formats/sf-tensor-file.h"

#include <math.h>
#include <unistd.h>

#include "safetensors-file.h"

static void
test_valid (TemporaryFolder *folder, gconstpointer data)
{
  static const char HEADER[] =
      " { \"__metadata__\" : {\"format\":\"pt\", \"quote\":\"\\\"\\u00e9"
      "\\ud83d\\ude00\\n\"},\n" TENSOR ("b", "F16", "[2, 3]", 4, 16) "," TENSOR (
          "a", "F32", "[]", 0, 4) "," TENSOR ("none", "F32", "[4,0,5]", 16,
                                              16) "," TENSOR ("z", "U8", "[1,1,1,1,1,1,1,2]", 16,
                                                              18) "}  ";
  g_autofree char *path = write_safetensors (folder, HEADER, 18);
  g_autoptr (GError) error = NULL;
  g_autoptr (SfTensorFile) file = sf_tensor_file_open (path, &error);
  const SfTensorInfo *tensor = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (sf_tensor_list_get_n_tensors (sf_tensor_file_get_tensors (file)), ==, 4);
  g_assert_cmpstr (sf_tensor_list_get (sf_tensor_file_get_tensors (file), 0)->name, ==, "a");
  g_assert_cmpstr (sf_tensor_list_get (sf_tensor_file_get_tensors (file), 3)->name, ==, "z");
  g_assert_cmpstr (sf_tensor_file_get_metadata (file, "format"), ==, "pt");
  g_assert_cmpstr (sf_tensor_file_get_metadata (file, "quote"), ==, "\"é😀\n");
  g_assert_null (sf_tensor_file_get_metadata (file, "dtype"));
  g_assert_null (sf_tensor_list_find (sf_tensor_file_get_tensors (file), "__metadata__"));
  g_assert_null (sf_tensor_list_find (sf_tensor_file_get_tensors (file), "c"));

  tensor = sf_tensor_list_find (sf_tensor_file_get_tensors (file), "b");
  g_assert_cmpint (tensor->dtype, ==, SF_DTYPE_F16);
  g_assert_cmpuint (tensor->n_dims, ==, 2);
  g_assert_cmpuint (tensor->dims[0], ==, 2);
  g_assert_cmpuint (tensor->dims[1], ==, 3);
  g_assert_cmpuint (tensor->n_values, ==, 6);
  g_assert_cmpuint (tensor->n_bytes, ==, 12);
  g_assert_cmpuint (tensor->data[0], ==, 4);
  g_assert_cmpuint (sf_tensor_list_find (sf_tensor_file_get_tensors (file), "a")->n_values, ==, 1);
  g_assert_cmpuint (sf_tensor_list_find (sf_tensor_file_get_tensors (file), "none")->n_bytes, ==,
                    0);
  g_assert_cmpuint (sf_tensor_list_find (sf_tensor_file_get_tensors (file), "z")->n_dims, ==, 8);
}

static void
test_no_tensors (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *path = write_safetensors (folder, "{}", 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (SfTensorFile) file = sf_tensor_file_open (path, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (sf_tensor_list_get_n_tensors (sf_tensor_file_get_tensors (file)), ==, 0);
}

static void
assert_refused (const char *path, const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SfTensorFile) file = sf_tensor_file_open (path, &error);

  if (file != NULL)
    g_error ("accepted where “%s” was to be said", reason);
  g_assert_true (g_str_has_prefix (error->message, "open "));
  g_assert_nonnull (strstr (error->message, path));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_cmpuint (strlen (error->message), <, 400);
  if (strstr (error->message, reason) == NULL)
    g_error ("“%s” does not say “%s”", error->message, reason);
}

#define FIELDS(fields) "{\"a\":{" fields "}}"
#define DTYPE "\"dtype\":\"F32\""
#define SHAPE "\"shape\":[1]"
#define OFFSETS "\"data_offsets\":[0,4]"

static void
test_hostile (TemporaryFolder *folder, gconstpointer data)
{
  static const struct
  {
    const char *header;
    gsize n_bytes;
    const char *reason;
  } CASES[] = {
    /* Offsets and layout. */
    { "{" TENSOR ("a", "F32", "[2]", 0, 8) "}", 7, "cut short: 8 bytes of values are announced" },
    { "{" TENSOR ("a", "F32", "[2]", 0, 8) "}", 0, "cut short" },
    { "{" TENSOR ("a", "F32", "[2]", 0, 8) "," TENSOR ("b", "F32", "[2]", 4, 12) "}", 12,
      "overlap" },
    { "{" TENSOR ("a", "F32", "[2]", 0, 8) "," TENSOR ("b", "F32", "[2]", 0, 8) "}", 8, "overlap" },
    { "{" TENSOR ("a", "F32", "[3]", 0, 12) "," TENSOR ("b", "F32", "[1]", 4, 8) "}", 12,
      "overlap" },
    { "{" TENSOR ("a", "F32", "[1]", 4, 8) "}", 8, "belong to none" },
    { "{" TENSOR ("a", "F32", "[1]", 0, 4) "}", 8, "belong to none" },
    { "{}", 1, "belong to none" },
    { "{" TENSOR ("a", "F32", "[1]", 8, 4) "}", 8, "offsets that make no sense" },
    { "{" TENSOR ("a", "F32", "[1]", -4, 0) "}", 4, "offsets that make no sense" },
    { "{" TENSOR ("a", "F32", "[1]", 0, 99999999999999999999) "}", 4, "make no sense" },
    { "{" TENSOR ("a", "F32", "[1]", 18446744073709551612, 18446744073709551615) "}", 4,
      "do not fit its shape" },
    { "{" TENSOR ("a", "F32", "[1]", 18446744073709551611, 18446744073709551615) "}", 4,
      "cut short" },
    { "{" TENSOR ("a", "F32", "[1]", 0, 8) "}", 8, "do not fit its shape" },
    { FIELDS (DTYPE "," SHAPE ",\"data_offsets\":[4]"), 4, "offsets that make no sense" },
    { FIELDS (DTYPE "," SHAPE ",\"data_offsets\":[0,4,8]"), 4, "offsets that make no sense" },
    { FIELDS (DTYPE "," SHAPE ",\"data_offsets\":\"0,4\""), 4, "offsets that make no sense" },
    /* Types and shapes. */
    { "{" TENSOR ("a", "F33", "[1]", 0, 4) "}", 4, "of a type that is not known" },
    { "{" TENSOR ("a", "f32", "[1]", 0, 4) "}", 4, "of a type that is not known" },
    { FIELDS ("\"dtype\":32," SHAPE "," OFFSETS), 4, "of a type that is not known" },
    { "{" TENSOR ("a", "F32", "[-1]", 0, 4) "}", 4, "a shape that makes no sense" },
    { "{" TENSOR ("a", "F32", "[1.0]", 0, 4) "}", 4, "a shape that makes no sense" },
    { "{" TENSOR ("a", "F32", "[1e0]", 0, 4) "}", 4, "a shape that makes no sense" },
    { "{" TENSOR ("a", "F32", "[01]", 0, 4) "}", 4, "a shape that makes no sense" },
    { "{" TENSOR ("a", "F32", "[\"1\"]", 0, 4) "}", 4, "a shape that makes no sense" },
    { "{" TENSOR ("a", "F32", "[[1]]", 0, 4) "}", 4, "a shape that makes no sense" },
    { "{" TENSOR ("a", "F32", "{}", 0, 4) "}", 4, "a shape that makes no sense" },
    { "{" TENSOR ("a", "F32", "null", 0, 4) "}", 4, "a shape that makes no sense" },
    { "{" TENSOR ("a", "F32", "[1,1,1,1,1,1,1,1,1]", 0, 4) "}", 4, "a shape that makes no sense" },
    { "{" TENSOR ("a", "F32", "[4294967296,4294967296]", 0, 0) "}", 0, "shape that is too large" },
    { "{" TENSOR ("a", "F64", "[2305843009213693952]", 0, 0) "}", 0, "shape that is too large" },
    { "{" TENSOR ("a", "F32", "[99999999999999999999]", 0, 4) "}", 4, "makes no sense" },
    /* The JSON around them. */
    { "{" TENSOR ("a", "F32", "[1]", 0, 4) "," TENSOR ("a", "F32", "[1]", 4, 8) "}", 8, "twice" },
    { FIELDS (DTYPE "," DTYPE "," SHAPE "," OFFSETS), 4, "fields that the format does not know" },
    { FIELDS (DTYPE "," SHAPE "," OFFSETS ",\"more\":1"), 4, "fields that the format" },
    { FIELDS (DTYPE "," SHAPE), 4, "lacks its type, its shape or its data offsets" },
    { FIELDS (DTYPE "," SHAPE "," OFFSETS ","), 4, "fields that the format" },
    { FIELDS (""), 4, "fields that the format" },
    { "{\"a\":[1,2]}", 4, "not described by a JSON object" },
    { "{\"a\":null}", 4, "not described by a JSON object" },
    { "{\"a\n\\u000a\":1}", 4, "not valid JSON" },
    { "{\"a\\u0000b\":1}", 4, "not valid JSON" },
    { "{\"a\\ud800\":1}", 4, "not valid JSON" },
    { "{\"a\\n\":1}", 4, "tensor a\\n is not described" },
    { "{'a':1}", 4, "not valid JSON" },
    { "{/**/}", 0, "not valid JSON" },
    { "{\"a", 0, "not valid JSON" },
    { "{\"\xff\":1}", 0, "not UTF-8" },
    { "[]", 0, "not a JSON object" },
    { "", 0, "not a JSON object" },
    { "\"text\"", 0, "not a JSON object" },
    { "{} {}", 0, "something follows" },
    { "{" TENSOR ("a", "F32", "[1]", 0, 4), 4, "is not closed" },
    { "{\"__metadata__\":{\"a\":1}}", 0, "something else than strings" },
    { "{\"__metadata__\":{\"a\":{}}}", 0, "something else than strings" },
    { "{\"__metadata__\":[]}", 0, "metadata is not a JSON object" },
    { "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "metadata holds a name twice" },
    { "{\"__metadata__\":{\"a\":\"1\"", 0, "metadata is not closed" },
    { "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "twice" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *path = write_safetensors (folder, CASES[i].header, CASES[i].n_bytes);

      assert_refused (path, CASES[i].reason);
    }
}

static void
test_deep_nesting (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *brackets = g_strnfill (1000000, '[');
  g_autofree char *shape = g_strconcat ("{\"a\":{\"shape\":", brackets, NULL);
  g_autofree char *first = write_safetensors (folder, brackets, 0);
  g_autofree char *second = NULL;

  assert_refused (first, "not a JSON object");
  second = write_safetensors (folder, shape, 0);
  assert_refused (second, "a shape that makes no sense");
}

static void
test_long_name (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *name = g_strnfill (1000000, 'x');
  g_autofree char *header = g_strconcat ("{\"", name, "\":1}", NULL);
  g_autofree char *path = write_safetensors (folder, header, 0);

  assert_refused (path, "xxx… is not described by a JSON object");
}

static void
test_header_length (TemporaryFolder *folder, gconstpointer data)
{
  static const struct
  {
    guint64 length;
    const char *reason;
  } CASES[] = {
    { 3, "header is longer than the file" },
    { SF_SAFETENSORS_MAX_HEADER_BYTES, "header is longer than the file" },
    { SF_SAFETENSORS_MAX_HEADER_BYTES + 1, "not a safetensors file" },
    { G_MAXUINT64, "not a safetensors file" },
  };
  g_autofree char *path = g_build_filename (folder->path, "model.safetensors", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      char bytes[10] = { 0 };
      guint64 length = GUINT64_TO_LE (CASES[i].length);

      memcpy (bytes, &length, sizeof length);
      memcpy (bytes + sizeof length, "{}", 2);
      g_assert_true (g_file_set_contents (path, bytes, sizeof bytes, NULL));
      assert_refused (path, CASES[i].reason);
    }
}

/* Every shorter file is refused. */
static void
test_cut_anywhere (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *path = write_safetensors (folder,
                                             "{" TENSOR ("a", "F32", "[2]", 0,
                                                         8) "," TENSOR ("b", "I64", "[1]", 8,
                                                                        16) "}",
                                             16);
  g_autofree char *bytes = NULL;
  gsize n_bytes = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &n_bytes, NULL));
  for (gsize i = n_bytes; i-- > 0;)
    {
      g_assert_cmpint (truncate (path, (off_t) i), ==, 0);
      assert_refused (path, "it");
    }
}

/* Whatever single byte is damaged: refused, or read within bounds. */
static void
test_any_byte_changed (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *path = write_safetensors (folder,
                                             "{" TENSOR ("a", "F32", "[2]", 0,
                                                         8) "," TENSOR ("b", "I8", "[8]", 8,
                                                                        16) "}",
                                             16);
  g_autofree char *bytes = NULL;
  gsize n_bytes = 0;
  guint n_accepted = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &n_bytes, NULL));
  for (gsize i = 0; i < n_bytes; i++)
    {
      for (guint bit = 0; bit < 8; bit++)
        {
          g_autoptr (SfTensorFile) file = NULL;

          bytes[i] ^= (char) (1u << bit);
          g_assert_true (g_file_set_contents_full (path, bytes, (gssize) n_bytes,
                                                   G_FILE_SET_CONTENTS_NONE, 0600, NULL));
          file = sf_tensor_file_open (path, NULL);
          for (guint t = 0;
               file != NULL && t < sf_tensor_list_get_n_tensors (sf_tensor_file_get_tensors (file));
               t++)
            {
              const SfTensorInfo *tensor = sf_tensor_list_get (sf_tensor_file_get_tensors (file),
                                                               t);
              g_autofree char *copy = g_memdup2 (tensor->data, tensor->n_bytes);

              g_assert_cmpuint (tensor->n_bytes, ==, 8);
            }
          n_accepted += file != NULL;
          bytes[i] ^= (char) (1u << bit);
        }
    }
  g_assert_cmpuint (n_accepted, >=, 16 * 8);
  g_assert_cmpuint (n_accepted, <, n_bytes * 8 / 2);
}

static void
test_not_a_file (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (folder->path, "missing.safetensors", NULL);
  g_autofree char *empty = g_build_filename (folder->path, "empty.safetensors", NULL);

  assert_refused (missing, "No such file");
  assert_refused (folder->path, "it is a folder");
  assert_refused ("/dev/null", "not a regular file");
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  assert_refused (empty, "it is empty");
}

static void
test_read (void)
{
  static const struct
  {
    SfDtype dtype;
    guint8 bytes[24];
    float values[3];
  } CASES[] = {
    { SF_DTYPE_F64,
      { 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0x80 },
      { 1.5f, -2, -0.0f } },
    { SF_DTYPE_F32, { 0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0x80, 0x7f }, { 1.5f, -2, INFINITY } },
    { SF_DTYPE_F16, { 0x00, 0x3e, 0x00, 0xc0, 0x01, 0x00 }, { 1.5f, -2, 0x1p-24f } },
    { SF_DTYPE_BF16, { 0xc0, 0x3f, 0x00, 0xc0, 0x80, 0xff }, { 1.5f, -2, -INFINITY } },
    { SF_DTYPE_F8_E4M3, { 0x3c, 0xc0, 0x01 }, { 1.5f, -2, 0x1p-9f } },
    { SF_DTYPE_F8_E4M3, { 0x7e, 0x08, 0x87 }, { 448, 0x1p-6f, -7 * 0x1p-9f } },
    { SF_DTYPE_F8_E5M2, { 0x3e, 0xc0, 0x7c }, { 1.5f, -2, INFINITY } },
  };
  static const guint8 NAN_BYTES[] = { 0x7f, 0xff };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      SfTensorInfo tensor = { .name = "a",
                              .dtype = CASES[i].dtype,
                              .n_dims = 1,
                              .dims = { 3 },
                              .n_values = 3,
                              .n_bytes = 3 * sf_dtype_block_bytes (CASES[i].dtype),
                              .data = CASES[i].bytes };
      g_autoptr (GError) error = NULL;
      float values[3];
      guint16 halves[3];

      g_assert_true (sf_tensor_info_read_f32 (&tensor, values, &error));
      g_assert_no_error (error);
      g_assert_cmpmem (values, sizeof values, CASES[i].values, sizeof values);
      g_assert_true (sf_tensor_info_read_f16 (&tensor, halves, &error));
      g_assert_no_error (error);
      if (CASES[i].values[0] == 1.5f)
        {
          g_assert_cmphex (halves[0], ==, 0x3e00);
          g_assert_cmphex (halves[1], ==, 0xc000);
        }
    }

  for (guint i = 0; i < G_N_ELEMENTS (NAN_BYTES); i++)
    {
      SfTensorInfo tensor = { "a", SF_DTYPE_F8_E4M3, 0, { 0 }, 1, 1, NAN_BYTES + i };
      float value = 0;

      g_assert_true (sf_tensor_info_read_f32 (&tensor, &value, NULL));
      g_assert_true (isnan (value));
    }
}

static void
test_read_many (void)
{
  g_autofree float *values = g_new (float, 10001);
  g_autofree guint16 *halves = g_new (guint16, 10001);
  SfTensorInfo tensor = { "a", SF_DTYPE_F32, 1, { 10001 }, 10001, 40004, (guint8 *) values };

  for (guint i = 0; i < 10001; i++)
    values[i] = (float) (i % 2048);
  g_assert_true (sf_tensor_info_read_f16 (&tensor, halves, NULL));
  tensor.dtype = SF_DTYPE_F16;
  tensor.data = (guint8 *) halves;
  memset (values, 0, 40004);
  g_assert_true (sf_tensor_info_read_f32 (&tensor, values, NULL));
  for (guint i = 0; i < 10001; i++)
    g_assert_cmpfloat (values[i], ==, i % 2048);
}

static void
test_read_integers (void)
{
  static const guint8 BYTES[8] = { 0 };
  static const SfDtype DTYPES[] = { SF_DTYPE_I64, SF_DTYPE_I32, SF_DTYPE_I16,
                                    SF_DTYPE_I8,  SF_DTYPE_U8,  SF_DTYPE_BOOL };

  for (guint i = 0; i < G_N_ELEMENTS (DTYPES); i++)
    {
      SfTensorInfo tensor = {
        "ids", DTYPES[i], 0, { 0 }, 1, sf_dtype_block_bytes (DTYPES[i]), BYTES
      };
      g_autoptr (GError) error = NULL;
      float value = 0;
      guint16 half = 0;

      g_assert_false (sf_tensor_info_read_f32 (&tensor, &value, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_nonnull (strstr (error->message, sf_dtype_name (DTYPES[i])));
      g_assert_false (sf_tensor_info_read_f16 (&tensor, &half, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_TEST ("/safetensors/valid", test_valid);
  ADD_TEST ("/safetensors/no-tensors", test_no_tensors);
  ADD_TEST ("/safetensors/hostile", test_hostile);
  ADD_TEST ("/safetensors/deep-nesting", test_deep_nesting);
  ADD_TEST ("/safetensors/long-name", test_long_name);
  ADD_TEST ("/safetensors/header-length", test_header_length);
  ADD_TEST ("/safetensors/cut-anywhere", test_cut_anywhere);
  ADD_TEST ("/safetensors/any-byte-changed", test_any_byte_changed);
  ADD_TEST ("/safetensors/not-a-file", test_not_a_file);
  g_test_add_func ("/tensor-info/read", test_read);
  g_test_add_func ("/tensor-info/read-many", test_read_many);
  g_test_add_func ("/tensor-info/read-integers", test_read_integers);
  return g_test_run ();
}
