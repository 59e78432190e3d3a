/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A checkpoint of Stable Diffusion 2's shape against PyTorch (tests/goldens/tiny-sd2/README.md). */

#include "compare.h"
#include "model-fixture.h"

/* Largest absolute errors, for the reasons given in test-goldens.c. */
typedef struct
{
  const char *name;
  SfFormat format;
  double text;
  double unet;
} Precision;

static const Precision precisions[] = {
  { "f32", SF_FORMAT_F32, 2e-4, 2e-4 },
  { "f16", SF_FORMAT_F16, 2e-2, 4e-3 },
};

static void
set_up (ModelFixture *fixture, gconstpointer data)
{
  const Precision *precision = data;

  model_fixture_open (fixture, g_getenv ("SF_TINY_SD2_CHECKPOINT"), precision->format);
}

static void
test_config (ModelFixture *fixture, gconstpointer data)
{
  const SfModelConfig *config = sf_model_get_config (fixture->model);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (config->family.name, ==, "SD 2.x");
  g_assert_true (config->family.predicts_v);
  g_assert_false (config->family.zero_terminal_snr);
  g_assert_cmpuint (config->family.native_size, ==, 768);
  g_assert_cmpuint (config->clip.pad_id, ==, 0);
  g_assert_cmpuint (config->clip.layers, ==, 4);
  g_assert_cmpuint (config->unet.head_size, ==, 64);
  g_assert_true (sf_model_config_check_paints (config, &error));
  g_assert_no_error (error);
}

/* Clip skip 1 means the layer that the model reads itself, which is the last but one. */
static void
test_text (ModelFixture *fixture, gconstpointer data)
{
  static const char *const files[] = { "ctx", "ctx", "ctx_clipskip3" };
  const Precision *precision = data;
  g_autoptr (SfArray) values = load_golden ("tiny-sd2", "ids");
  g_autofree gint32 *ids = g_new (gint32, values->n_values);

  for (gsize i = 0; i < values->n_values; i++)
    ids[i] = (gint32) values->data[i];

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      const SfTextInput input = { ids, (guint) values->dims[0], .clip_skip = i + 1 };
      g_autoptr (GError) error = NULL;
      g_autoptr (SfArray) expected = load_golden ("tiny-sd2", files[i]);
      g_autoptr (SfArray) context = sf_model_encode_text (fixture->model, &input, NULL, &error);

      g_assert_no_error (error);
      assert_close (files[i], context, expected, precision->text);
    }
}

static void
test_unet (ModelFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *file;
    gsize batch;
    double timesteps[2];
  } cases[] = {
    { "unet_v_t999", 1, { 999 } },
    { "unet_v_t261.37", 1, { 261.37 } },
    { "unet_v_batch2_t500_20", 2, { 500, 20 } },
  };
  const Precision *precision = data;
  g_autoptr (SfArray) latents = load_golden ("tiny-sd2", "unet_latent");
  g_autoptr (SfArray) contexts = load_golden ("tiny-sd2", "ctx");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SfArray) latent = take (latents, 0, cases[i].batch);
      g_autoptr (SfArray) context = take (contexts, 0, cases[i].batch);
      g_autoptr (SfArray) expected = load_golden ("tiny-sd2", cases[i].file);
      g_autoptr (SfArray)
          prediction = sf_model_run_unet (fixture->model, latent, cases[i].timesteps, context, NULL,
                                          &error);

      g_assert_no_error (error);
      assert_close (cases[i].file, prediction, expected, precision->unet);
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
    { "config", test_config },
    { "text", test_text },
    { "unet", test_unet },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (precisions); i++)
    for (guint j = 0; j < G_N_ELEMENTS (tests); j++)
      {
        g_autofree char *path = g_strdup_printf ("/sd2/%s/%s", precisions[i].name, tests[j].name);

        g_test_add (path, ModelFixture, &precisions[i], set_up, tests[j].run,
                    model_fixture_tear_down);
      }

  return g_test_run ();
}
