/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-textual-inversion.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_TEST ("/textual-inversion/safetensors", test_safetensors);
  ADD_TEST ("/textual-inversion/refused", test_refused);
  return g_test_run ();
}
