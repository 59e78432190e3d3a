/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sf-npy.h"
#include "formats/sf-checkpoint.h"
#include "formats/sf-gguf.h"
#include "formats/sf-tensor-file.h"

#include <math.h>
#include <string.h>

#include "temporary-folder.h"

#define VALUES 512

static char *
find_golden (const char *name)
{
  return g_build_filename (SF_TEST_GOLDENS, "weights", name, NULL);
}

/* The products are the same in single precision; sums may be rounded once more. */
static void
test_quants (void)
{
  static const char *const NAMES[] = { "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0",
                                       "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K" };
  g_autofree char *path = find_golden ("quants.gguf");
  g_autofree char *expected_path = find_golden ("quants.npy");
  g_autoptr (GError) error = NULL;
  g_autoptr (SfTensorFile) file = sf_tensor_file_open (path, &error);
  g_autoptr (SfArray) expected = sf_npy_load (expected_path, NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (expected->n_values, ==, G_N_ELEMENTS (NAMES) * VALUES);
  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    {
      const SfTensorInfo *tensor = sf_tensor_list_find (sf_tensor_file_get_tensors (file),
                                                        NAMES[i]);
      float values[VALUES];

      g_assert_nonnull (tensor);
      g_assert_cmpstr (sf_dtype_name (tensor->dtype), ==, NAMES[i]);
      g_assert_cmpuint (tensor->dims[1], ==, VALUES / 2);
      g_assert_true (sf_tensor_info_read_f32 (tensor, values, &error));
      for (guint j = 0; j < VALUES; j++)
        {
          const float right = expected->data[i * VALUES + j];

          g_assert_cmpfloat (fabsf (values[j] - right), <=, 1e-6f * (1 + fabsf (right)));
        }
    }
}

/* A UNet alone, without the first part of names, whose rows were cut to whole blocks. */
static void
test_comfyui (void)
{
  g_autofree char *path = find_golden ("comfy.gguf");
  g_autoptr (GError) error = NULL;
  g_autoptr (SfCheckpoint) checkpoint = sf_checkpoint_open (path, &error);
  float values[24];

  g_assert_no_error (error);
  g_assert_cmpstr (sf_checkpoint_get_format (checkpoint), ==, "GGUF");
  g_assert_cmpstr (sf_checkpoint_get_metadata (checkpoint, "general.architecture"), ==, "sd1");
  g_assert_cmpuint (sf_checkpoint_get_n_tensors (checkpoint), ==, 4);
  g_assert_cmpuint (sf_checkpoint_get_n_parameters (checkpoint), ==, 72);
  g_assert_true (sf_checkpoint_read_f32 (checkpoint,
                                         "model.diffusion_model.input_blocks.0.0.weight", 4,
                                         (gsize[]){ 2, 3, 2, 2 }, values, &error));
  g_assert_cmpfloat (values[23], ==, 23.0f / 8);
  g_assert_true (sf_checkpoint_read_f32 (checkpoint, "model.diffusion_model.bf16", 2,
                                         (gsize[]){ 4, 6 }, values, &error));
  g_assert_cmpfloat (values[23], ==, 23.0f / 8);
}

/* Appends a little-endian number. */
static void
put (GByteArray *file, guint n_bytes, guint64 number)
{
  for (guint i = 0; i < n_bytes; i++, number >>= 8)
    g_byte_array_append (file, (guint8[]){ (guint8) number }, 1);
}

static void
put_text (GByteArray *file, const char *text)
{
  put (file, 8, strlen (text));
  g_byte_array_append (file, (const guint8 *) text, (guint) strlen (text));
}

typedef struct
{
  guint32 version;
  guint64 n_tensors;
  guint64 n_settings;
  const char *key;
  guint32 setting_type;
  guint64 setting; /* also the type of an array, whose length is next */
  const char *name;
  guint32 n_dims;
  guint64 dim;
  guint32 type;
  guint64 offset;
  const char *reason;
} Case;

static GByteArray *
write_case (const Case *self)
{
  static const guint8 SIZES[] = { 1, 1, 2, 2, 4, 4, 4, 1, 8, 4, 8, 8, 8 };
  GByteArray *file = g_byte_array_new ();

  g_byte_array_append (file, (const guint8 *) "GGUF", 4);
  put (file, 4, self->version);
  put (file, 8, self->n_tensors);
  put (file, 8, self->n_settings);
  if (self->key != NULL)
    {
      put_text (file, self->key);
      put (file, 4, self->setting_type);
      put (file, self->setting_type < G_N_ELEMENTS (SIZES) ? SIZES[self->setting_type] : 8,
           self->setting);
      if (self->setting_type == 9)
        put (file, 8, 1u << 31);
    }
  if (self->name != NULL)
    {
      put_text (file, self->name);
      put (file, 4, self->n_dims);
      for (guint i = 0; i < MIN (self->n_dims, 9); i++)
        put (file, 8, self->dim);
      put (file, 4, self->type);
      put (file, 8, self->offset);
    }
  put (file, 64 - file->len % 32, 0);
  return file;
}

static void
test_refused (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *long_name = g_strnfill (2000, 'n');
  const Case CASES[] = {
    { .version = 1, .reason = "version of GGUF that is not known" },
    { .version = 0x03000000, .reason = "big-endian" },
    { 3, G_MAXUINT64, .reason = "cut short" },
    { 3, 0, G_MAXUINT64, .reason = "too long or not UTF-8" },
    { 3, 0, 1, "a", 13, 0, .reason = "type that is not known" },
    { 3, 0, 1, "a", 8, G_MAXUINT64, .reason = "cut short" },
    { 3, 0, 1, "a", 9, 9, .reason = "type that is not known" },
    { 3, 0, 1, "a", 9, 10, .reason = "cut short" },
    { 3, 0, 1, "a", 9, 8, .reason = "cut short" },
    { 3, 0, 1, "comfy.gguf.orig_shape.a", 9, 5, .reason = "a shape that makes no sense" },
    { 3, 0, 1, "general.alignment", 4, 0, .reason = "aligned in a way" },
    { 3, 0, 1, "\xff", 4, 0, .reason = "not UTF-8" },
    { 3, 0, 1, long_name, 4, 0, .reason = "too long" },
    { 3, 1, .name = "w", .n_dims = 9, .dim = 1, .reason = "more dimensions" },
    { 3, 1, .name = "w", .n_dims = 2, .dim = 1ull << 40, .reason = "shape that is too large" },
    { 3, 1, .name = "w", .n_dims = 1, .dim = 8, .type = 8, .reason = "no whole number of blocks" },
    { 3, 1, .name = "w", .n_dims = 0, .type = 8, .reason = "no whole number of blocks" },
    { 3, 1, .name = "w", .n_dims = 1, .dim = 8, .type = 23, .reason = "ggml type 23" },
    { 3, 1, .name = "w", .n_dims = 1, .dim = 8, .offset = 4, .reason = "offset that makes" },
    { 3, 1, .name = "w", .n_dims = 1, .dim = 8, .offset = 64, .reason = "beyond the end" },
    { 3, 1, .name = "w", .n_dims = 1, .dim = 1 << 20, .reason = "beyond the end" },
    { 3, 2, .name = "w", .n_dims = 1, .dim = 1, .reason = "too long or not UTF-8" },
  };
  g_autofree char *path = g_build_filename (folder->path, "model.gguf", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GByteArray) bytes = write_case (&CASES[i]);
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
      g_assert_null (sf_tensor_file_open (path, &error));
      g_assert_nonnull (strstr (error->message, path));
      if (strstr (error->message, CASES[i].reason) == NULL)
        g_error ("%u: “%s” does not say “%s”", i, error->message, CASES[i].reason);
    }
}

/* Names of Stable Diffusion are longer than the 64 bytes that the format's description allows. */
static void
test_long_name (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *name = g_strnfill (SF_GGUF_MAX_NAME_BYTES, 'n');
  g_autofree char *path = g_build_filename (folder->path, "model.gguf", NULL);
  g_autoptr (GByteArray)
      bytes = write_case (&(Case){ 3, 1, .name = name, .n_dims = 1, .dim = 1, .type = 1 });
  g_autoptr (GError) error = NULL;
  g_autoptr (SfTensorFile) file = NULL;

  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
  file = sf_tensor_file_open (path, &error);
  g_assert_no_error (error);
  g_assert_nonnull (sf_tensor_list_find (sf_tensor_file_get_tensors (file), name));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gguf/quants", test_quants);
  g_test_add_func ("/gguf/comfyui", test_comfyui);
  ADD_TEST ("/gguf/refused", test_refused);
  ADD_TEST ("/gguf/long-name", test_long_name);
  return g_test_run ();
}
