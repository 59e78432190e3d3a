/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-textual-inversion.h"

#include "formats/sf-png.h"

#include "safetensors-file.h"

static void
test_safetensors (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *path = write_safetensors (folder,
                                             "{" TENSOR ("clip_l", "F16", "[2,3]", 0,
                                                         12) "," TENSOR ("clip_g", "F32", "[2,4]",
                                                                         12, 44) "}",
                                             44);
  g_autoptr (GError) error = NULL;
  g_autoptr (SfTextualInversion) embedding = sf_textual_inversion_load (path, &error);
  const SfArray *vectors = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (sf_textual_inversion_get_name (embedding), ==, "model");
  vectors = sf_textual_inversion_get_vectors (embedding, 3);
  g_assert_true (sf_array_has_shape (vectors, 2, (gsize[]){ 2, 3 }));
  g_assert_cmpfloat (vectors->data[5], ==, 0x1p-23f * 0x70a);
  g_assert_true (
      sf_array_has_shape (sf_textual_inversion_get_vectors (embedding, 4), 2, (gsize[]){ 2, 4 }));
  g_assert_null (sf_textual_inversion_get_vectors (embedding, 2));
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
    { "{}", 0, "holds no vectors" },
    { "{" TENSOR ("a", "F16", "[2,2,2]", 0, 16) "}", 16, "are not in rows" },
    { "{" TENSOR ("a", "F16", "[0,8]", 0, 0) "}", 0, "are not in rows" },
    { "{" TENSOR ("a", "F16", "[2000,2]", 0, 8000) "}", 8000, "are more, or wider" },
    { "{" TENSOR ("a", "F16", "[4]", 0, 8) "," TENSOR ("b", "F16", "[4]", 8, 16) "}", 16,
      "more than one embedding" },
    { "{" TENSOR ("a", "F16", "[4]", 0, 8) "," TENSOR ("b", "F16", "[2,2]", 8, 16) "}", 16,
      "not as many vectors" },
    { "{" TENSOR ("a", "I16", "[4]", 0, 8) "}", 8, "values of type I16" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *path = write_safetensors (folder, CASES[i].header, CASES[i].n_bytes);
      g_autoptr (GError) error = NULL;

      g_assert_null (sf_textual_inversion_load (path, &error));
      g_assert_nonnull (strstr (error->message, path));
      g_assert_nonnull (strstr (error->message, CASES[i].reason));
    }
}

/* All that make_weights.py writes but one hold 0, 1/4, 2/4 … in two rows of four. */
static void
test_programs (void)
{
  static const struct
  {
    const char *file;
    const char *name;
    gsize n_vectors;
    float first;
  } CASES[] = {
    { "webui.pt", "webui", 2, 0 },
    { "first.pt", "first", 2, 0 },
    { "diffusers.bin", "diffusers", 1, 1 },
    { "webui.png", "webui", 2, 0 },
    { "webui-packed.png", "webui-packed", 2, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *path = g_build_filename (SF_TEST_GOLDENS, "weights", CASES[i].file, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (SfTextualInversion) embedding = sf_textual_inversion_load (path, &error);
      const SfArray *vectors = NULL;

      g_assert_no_error (error);
      g_assert_cmpstr (sf_textual_inversion_get_name (embedding), ==, CASES[i].name);
      vectors = sf_textual_inversion_get_vectors (embedding, 4);
      g_assert_true (sf_array_has_shape (vectors, 2, (gsize[]){ CASES[i].n_vectors, 4 }));
      for (gsize j = 0; j < vectors->n_values; j++)
        g_assert_cmpfloat (vectors->data[j], ==, CASES[i].first + (float) j / 4);
    }
}

static void
test_pictures_refused (TemporaryFolder *folder, gconstpointer data)
{
  static const struct
  {
    const char *key;
    const char *json;
    const char *reason;
  } CASES[] = {
    { "parameters", "", "a picture without one in its text" },
    { "sd-ti-embedding", "[]", "text is damaged" },
    { "sd-ti-embedding", "{}", "text is damaged" },
    { "sd-ti-embedding", "{\"string_to_param\":{\"*\":[[1]]}}", "text is damaged" },
    { "sd-ti-embedding", "{\"string_to_param\":{}}", "holds no vectors" },
    { "sd-ti-embedding", "{\"string_to_param\":{\"*\":{\"TORCHTENSOR\":[1]}}}", "not in rows" },
    { "sd-ti-embedding", "{\"string_to_param\":{\"*\":{\"TORCHTENSOR\":[[1],[2,3]]}}}",
      "not in rows" },
    { "sd-ti-embedding", "{\"string_to_param\":{\"*\":{\"TORCHTENSOR\":[[{}]]}}}", "not numbers" },
  };
  static const guint8 PIXEL[3] = { 0 };
  g_autofree char *path = g_build_filename (folder->path, "picture.png", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *text = g_base64_encode ((const guchar *) CASES[i].json,
                                               strlen (CASES[i].json));
      const SfPngText chunk = { (char *) CASES[i].key, text };
      g_autoptr (GError) error = NULL;

      g_assert_true (sf_png_save (path, 1, 1, PIXEL, &chunk, 1, NULL));
      g_assert_null (sf_textual_inversion_load (path, &error));
      g_assert_nonnull (strstr (error->message, path));
      if (strstr (error->message, CASES[i].reason) == NULL)
        g_error ("“%s” does not say “%s”", error->message, CASES[i].reason);
    }
}

static void
test_two (void)
{
  g_autofree char *path = g_build_filename (SF_TEST_GOLDENS, "weights", "two.bin", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (sf_textual_inversion_load (path, &error));
  g_assert_nonnull (strstr (error->message, "more than one embedding"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_TEST ("/textual-inversion/safetensors", test_safetensors);
  ADD_TEST ("/textual-inversion/refused", test_refused);
  g_test_add_func ("/textual-inversion/programs", test_programs);
  g_test_add_func ("/textual-inversion/two", test_two);
  ADD_TEST ("/textual-inversion/pictures-refused", test_pictures_refused);
  return g_test_run ();
}
