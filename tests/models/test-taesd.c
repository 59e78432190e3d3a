/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tiny autoencoder against PyTorch (tests/goldens/tiny-taesd/README.md), at sizes that are not powers of two. */

#include "compare.h"
#include "model-fixture.h"

/* Largest absolute errors, as in test-goldens.c; the pictures' deviation is 0.2, the latents' 0.1. */
typedef struct
{
  const char *name;
  SfFormat format;
  double tolerance;
} Precision;

static const Precision precisions[] = {
  { "f32", SF_FORMAT_F32, 1e-5 },
  { "f16", SF_FORMAT_F16, 4e-3 },
};

static void
set_up (ModelFixture *fixture, gconstpointer data)
{
  const Precision *precision = data;

  model_fixture_open (fixture, g_getenv ("SF_TINY_TAESD_CHECKPOINT"), precision->format);
}

static void
test_decode (ModelFixture *fixture, gconstpointer data)
{
  const Precision *precision = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SfArray) latent = load_golden ("tiny-taesd", "latent");
  g_autoptr (SfArray) expected = load_golden ("tiny-taesd", "decoded");
  g_autoptr (SfArray) image = sf_model_decode_tiny (fixture->model, latent, NULL, &error);

  g_assert_no_error (error);
  assert_close ("decoded", image, expected, precision->tolerance);
}

static void
test_encode (ModelFixture *fixture, gconstpointer data)
{
  const Precision *precision = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SfArray) image = load_golden ("tiny-taesd", "image");
  g_autoptr (SfArray) odd_image = sf_array (1, 3, 40, 20);
  g_autoptr (SfArray) expected = load_golden ("tiny-taesd", "encoded");
  g_autoptr (SfArray) latent = sf_model_encode_tiny (fixture->model, image, NULL, &error);

  g_assert_no_error (error);
  assert_close ("encoded", latent, expected, precision->tolerance);

  g_assert_null (sf_model_encode_tiny (fixture->model, odd_image, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

/* Every other network is asked for with one sentence in return. */
static void
test_alone (ModelFixture *fixture, gconstpointer data)
{
  const SfModelConfig *config = sf_model_get_config (fixture->model);
  const gint32 ids[77] = { 0 };
  const SfTextInput input = { ids, 1, .clip_skip = 1 };
  const double timestep = 500;
  g_autoptr (SfArray) latent = sf_array (1, 4, 8, 8);
  g_autoptr (SfArray) image = sf_array (1, 3, 64, 64);
  g_autoptr (SfArray) context = sf_array (1, 77, 128);
  GError *errors[5] = { NULL };

  g_assert_cmpstr (config->family.name, ==, "TAESD");
  g_assert_false (sf_model_config_check_paints (config, &errors[0]));
  g_assert_null (sf_model_encode_text (fixture->model, &input, NULL, &errors[1]));
  g_assert_null (sf_model_run_unet (fixture->model, latent, &timestep, context, NULL, &errors[2]));
  g_assert_null (sf_model_decode (fixture->model, latent, SF_TILING_AUTO, NULL, NULL, &errors[3]));
  g_assert_null (sf_model_encode (fixture->model, image, SF_TILING_AUTO, NULL, NULL, &errors[4]));
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_assert_error (errors[i], G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
      g_assert_true (g_str_has_prefix (errors[i]->message, "the model has no "));
      g_error_free (errors[i]);
    }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (ModelFixture *fixture, gconstpointer data);
  } tests[] = {
    { "decode", test_decode },
    { "encode", test_encode },
    { "alone", test_alone },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (precisions); i++)
    for (guint j = 0; j < G_N_ELEMENTS (tests); j++)
      {
        g_autofree char *path = g_strdup_printf ("/taesd/%s/%s", precisions[i].name, tests[j].name);

        g_test_add (path, ModelFixture, &precisions[i], set_up, tests[j].run,
                    model_fixture_tear_down);
      }

  return g_test_run ();
}
