/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-checkpoint.h"

#include "safetensors-file.h"

static SfCheckpoint *
open_example (TemporaryFolder *folder)
{
  g_autofree char *path =
      write_safetensors (folder,
                         "{\"__metadata__\":{\"name\":\"example\"}," TENSOR (
                             "conv", "F16", "[2,2,1,1]", 0,
                             8) "," TENSOR ("ids", "I64", "[1]", 8,
                                            16) "," TENSOR ("model_ema.conv", "F16", "[2]", 16,
                                                            20) "," TENSOR ("norm", "F32", "[2]",
                                                                            20, 28) "}",
                         28);
  g_autoptr (GError) error = NULL;
  SfCheckpoint *checkpoint = sf_checkpoint_open (path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (sf_checkpoint_get_path (checkpoint), ==, path);
  return checkpoint;
}

static void
test_contents (TemporaryFolder *folder, gconstpointer data)
{
  g_autoptr (SfCheckpoint) checkpoint = open_example (folder);

  g_assert_cmpuint (sf_checkpoint_get_n_tensors (checkpoint), ==, 3);
  g_assert_cmpstr (sf_checkpoint_get_tensor (checkpoint, 2)->name, ==, "norm");
  g_assert_cmpuint (sf_checkpoint_get_n_parameters (checkpoint), ==, 6);
  g_assert_cmpint (sf_checkpoint_get_dtype (checkpoint), ==, SF_DTYPE_F16);
  g_assert_cmpstr (sf_checkpoint_get_metadata (checkpoint, "name"), ==, "example");
  g_assert_null (sf_checkpoint_get_metadata (checkpoint, "other"));
  g_assert_null (sf_checkpoint_find (checkpoint, "model_ema.conv"));
  g_assert_nonnull (sf_checkpoint_find (checkpoint, "ids"));
  sf_checkpoint_unref (sf_checkpoint_ref (checkpoint));
}

static void
test_read (TemporaryFolder *folder, gconstpointer data)
{
  g_autoptr (SfCheckpoint) checkpoint = open_example (folder);
  g_autoptr (GError) error = NULL;
  float values[4];
  guint16 halves[4];

  g_assert_true (
      sf_checkpoint_read_f32 (checkpoint, "conv", 4, (gsize[]){ 2, 2, 1, 1 }, values, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (values[0], ==, 0x1p-24f * 0x100);
  g_assert_true (sf_checkpoint_read_f16 (checkpoint, "conv", 2, (gsize[]){ 2, 2 }, halves, &error));
  g_assert_no_error (error);
  g_assert_cmphex (halves[3], ==, 0x0706);
  g_assert_true (
      sf_checkpoint_read_f32 (checkpoint, "norm", 3, (gsize[]){ 2, 1, 1 }, values, &error));
  g_assert_no_error (error);
}

static void
test_read_refused (TemporaryFolder *folder, gconstpointer data)
{
  g_autoptr (SfCheckpoint) checkpoint = open_example (folder);
  static const struct
  {
    const char *name;
    guint n_dims;
    gsize dims[4];
    const char *reason;
  } CASES[] = {
    { "conv", 2, { 4, 1 }, "tensor conv in " },
    { "conv", 2, { 4, 1 }, "has the shape 2×2×1×1 where 4×1 is needed" },
    { "conv", 4, { 2, 2, 1, 3 }, "where 2×2×1×3 is needed" },
    { "conv", 1, { 2 }, "where 2 is needed" },
    { "missing", 1, { 2 }, "has no tensor missing" },
    { "model_ema.conv", 1, { 2 }, "has no tensor model_ema.conv" },
    { "ids", 1, { 1 }, "holds values of type I64" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;
      float values[16];
      guint16 halves[16];

      g_assert_false (sf_checkpoint_read_f32 (checkpoint, CASES[i].name, CASES[i].n_dims,
                                              CASES[i].dims, values, &error));
      g_assert_nonnull (strstr (error->message, CASES[i].reason));
      g_assert_false (sf_checkpoint_read_f16 (checkpoint, CASES[i].name, CASES[i].n_dims,
                                              CASES[i].dims, halves, NULL));
    }
}

static void
test_other_formats (TemporaryFolder *folder, gconstpointer data)
{
  static const struct
  {
    const char *bytes;
    const char *reason;
  } CASES[] = {
    { "GGUF\x03 and more", "version of GGUF that is not known" },
    { "PK\x03\x04 archive", "a ZIP archive without its end" },
    { "\x80\x02}q", "its pickle is damaged" },
    { "\x80\x02}.", "a Python pickle, but not one that PyTorch wrote" },
    { "\x89PNG\r\n\x1a\n", "it is a picture" },
    { "Once upon a time", "not a safetensors file" },
    { "GG", "too short for a safetensors file" },
    { "", "it is empty" },
  };
  g_autofree char *path = g_build_filename (folder->path, "model", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SfCheckpoint) checkpoint = NULL;

      g_assert_true (g_file_set_contents (path, CASES[i].bytes, -1, NULL));
      checkpoint = sf_checkpoint_open (path, &error);
      g_assert_null (checkpoint);
      g_assert_nonnull (strstr (error->message, path));
      g_assert_nonnull (strstr (error->message, CASES[i].reason));
    }
}

/* A file of halves, each tensor with two of them. */
static char *
write_halves (TemporaryFolder *folder, const char *file, const char *const *names)
{
  g_autoptr (GString) header = g_string_new ("{");
  g_autofree char *path = NULL;
  char *renamed = g_build_filename (folder->path, file, NULL);
  guint n_tensors = 0;

  for (; names[n_tensors] != NULL; n_tensors++)
    g_string_append_printf (header,
                            "%s\"%s\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[%u,%u]}",
                            n_tensors > 0 ? "," : "", names[n_tensors], n_tensors * 4,
                            n_tensors * 4 + 4);
  g_string_append_c (header, '}');
  path = write_safetensors (folder, header->str, n_tensors * 4);
  g_assert_cmpint (g_rename (path, renamed), ==, 0);
  return renamed;
}

static void
test_parts (TemporaryFolder *folder, gconstpointer data)
{
  static const char *const MODEL[] = { "model.diffusion_model.a", "first_stage_model.old",
                                       "first_stage_model.decoder.conv_in.weight",
                                       "cond_stage_model.transformer.embeddings.b", NULL };
  static const char *const VAE[] = { "quant_conv.bias", "decoder.conv_in.weight", "loss.c", NULL };
  static const char *const TAESD[] = { "decoder.layers.0.weight", "decoder.layers.18.bias",
                                       "encoder.layers.1.conv.0.bias", NULL };
  g_autofree char *model_path = write_halves (folder, "model", MODEL);
  g_autofree char *vae_path = write_halves (folder, "vae", VAE);
  g_autofree char *taesd_path = write_halves (folder, "taesd", TAESD);
  g_autoptr (GError) error = NULL;
  g_autoptr (SfCheckpoint)
      checkpoint = sf_checkpoint_open_with (model_path,
                                            &(SfCheckpointParts){ .vae = vae_path,
                                                                  .taesd = taesd_path },
                                            &error);
  static const char *const EXPECTED[] = {
    "model.diffusion_model.a",
    "cond_stage_model.transformer.text_model.embeddings.b",
    "first_stage_model.quant_conv.bias",
    "first_stage_model.decoder.conv_in.weight",
    "taesd_decoder.1.weight",
    "taesd_decoder.19.bias",
    "taesd_encoder.1.conv.0.bias",
  };
  float values[2];

  g_assert_no_error (error);
  g_assert_cmpuint (sf_checkpoint_get_n_tensors (checkpoint), ==, G_N_ELEMENTS (EXPECTED));
  for (guint i = 0; i < G_N_ELEMENTS (EXPECTED); i++)
    g_assert_nonnull (sf_checkpoint_find (checkpoint, EXPECTED[i]));
  g_assert_cmpuint (sf_checkpoint_get_n_parameters (checkpoint), ==, 2 * G_N_ELEMENTS (EXPECTED));
  g_assert_true (sf_checkpoint_read_f32 (checkpoint, EXPECTED[3], 1, (gsize[]){ 2 }, values, NULL));
  g_assert_cmpfloat (values[0], ==, 0x1p-24f * 0x504);

  g_clear_pointer (&checkpoint, sf_checkpoint_unref);
  checkpoint = sf_checkpoint_open_with (model_path, &(SfCheckpointParts){ .vae = taesd_path },
                                        &error);
  g_assert_null (checkpoint);
  g_assert_nonnull (strstr (error->message, "there is no VAE in "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_TEST ("/checkpoint/contents", test_contents);
  ADD_TEST ("/checkpoint/read", test_read);
  ADD_TEST ("/checkpoint/read-refused", test_read_refused);
  ADD_TEST ("/checkpoint/other-formats", test_other_formats);
  ADD_TEST ("/checkpoint/parts", test_parts);
  return g_test_run ();
}
