/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The networks of the tiny checkpoint against PyTorch (tests/goldens/tiny/README.md). */

#include "compare.h"
#include "model-fixture.h"

#include <math.h>

/* Largest absolute errors. f32: the order of sums differs from PyTorch's; measured about 1e-5, the
 * tolerance leaves room for other drivers' exp and erf. f16: every stored activation is rounded to
 * 11 bits; PyTorch itself, rounding every module's output, is off by 1.1e-3 and 2.0e-3. */
typedef struct
{
  const char *name;
  SfFormat format;
  double text;
  double unet;
  double vae;
} Precision;

static const Precision precisions[] = {
  { "f32", SF_FORMAT_F32, 2e-4, 2e-4, 5e-4 },
  { "f16", SF_FORMAT_F16, 2e-2, 4e-3, 1e-2 },
};

static void
set_up (ModelFixture *fixture, gconstpointer data)
{
  const Precision *precision = data;

  model_fixture_open (fixture, g_getenv ("SF_TINY_CHECKPOINT"), precision->format);
}

static void
test_text (ModelFixture *fixture, gconstpointer data)
{
  static const char *const files[] = { "ctx", "ctx_clipskip2" };
  const Precision *precision = data;
  g_autoptr (SfArray) values = load_golden ("tiny", "ids");
  g_autofree gint32 *ids = g_new (gint32, values->n_values);

  for (gsize i = 0; i < values->n_values; i++)
    ids[i] = (gint32) values->data[i];

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SfArray) expected = load_golden ("tiny", files[i]);
      const SfTextInput input = { ids, (guint) values->dims[0], .clip_skip = i + 1 };
      g_autoptr (SfArray) context = sf_model_encode_text (fixture->model, &input, NULL, &error);

      g_assert_no_error (error);
      assert_close (files[i], context, expected, precision->text);
    }
}

/* A token whose vector is given is as if it were in the table. */
static void
test_vectors (ModelFixture *fixture, gconstpointer data)
{
  const char *const table_name =
      "cond_stage_model.transformer.text_model.embeddings.token_embedding"
      ".weight";
  const SfClipConfig *clip = &sf_model_get_config (fixture->model)->clip;
  const gsize dims[] = { clip->vocabulary, clip->width };
  g_autofree float *table = g_new (float, dims[0] * dims[1]);
  g_autoptr (SfArray) values = load_golden ("tiny", "ids");
  g_autofree gint32 *ids = g_new (gint32, 2 * clip->positions);
  g_autoptr (GError) error = NULL;
  g_autoptr (SfArray) expected = NULL;
  g_autoptr (SfArray) replaced = NULL;
  SfTokenVector vectors[2];
  SfTextInput input = { ids, 2, .clip_skip = 1, .vectors = vectors };

  for (gsize i = 0; i < 2 * clip->positions; i++)
    ids[i] = (gint32) values->data[i];
  sf_checkpoint_read_f32 (fixture->checkpoint, table_name, 2, dims, table, &error);
  g_assert_no_error (error);

  expected = sf_model_encode_text (fixture->model, &input, NULL, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      gint32 *id = ids + i * clip->positions + 1 + i;

      vectors[i] = (SfTokenVector){ i, 1 + i, table + (gsize) *id * clip->width };
      *id = 0;
    }
  input.n_vectors = G_N_ELEMENTS (vectors);
  replaced = sf_model_encode_text (fixture->model, &input, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < expected->n_values; i++)
    g_assert_cmpfloat (replaced->data[i], ==, expected->data[i]);

  vectors[0].position = clip->positions;
  g_assert_null (sf_model_encode_text (fixture->model, &input, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
check_unet (ModelFixture *fixture, const char *file, const SfArray *latent, const double *timesteps,
            const SfArray *context, double tolerance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SfArray) expected = load_golden ("tiny", file);
  g_autoptr (SfArray)
      prediction = sf_model_run_unet (fixture->model, latent, timesteps, context, NULL, &error);

  g_assert_no_error (error);
  assert_close (file, prediction, expected, tolerance);
}

static void
test_unet (ModelFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *file;
    double timestep;
  } cases[] = {
    { "unet_eps_t999", 999 },
    { "unet_eps_t500", 500 },
    { "unet_eps_t1", 1 },
    { "unet_eps_t261.37", 261.37 },
  };
  const Precision *precision = data;
  g_autoptr (SfArray) latents = load_golden ("tiny", "unet_latent");
  g_autoptr (SfArray) contexts = load_golden ("tiny", "ctx");
  g_autoptr (SfArray) latent = take (latents, 0, 1);
  g_autoptr (SfArray) context = take (contexts, 0, 1);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check_unet (fixture, cases[i].file, latent, &cases[i].timestep, context, precision->unet);
}

static void
test_unet_batch (ModelFixture *fixture, gconstpointer data)
{
  const Precision *precision = data;
  g_autoptr (SfArray) latents = load_golden ("tiny", "unet_latent");
  g_autoptr (SfArray) contexts = load_golden ("tiny", "ctx");
  g_autoptr (SfArray) context = take (contexts, 0, 2);

  check_unet (fixture, "unet_eps_batch2_t500_20", latents, (double[]){ 500, 20 }, context,
              precision->unet);
}

/* Two chunks of 77 tokens, and a latent that is wider than high. */
static void
test_unet_wide (ModelFixture *fixture, gconstpointer data)
{
  const Precision *precision = data;
  g_autoptr (SfArray) latent = load_golden ("tiny", "unet_latent_wide");
  g_autoptr (SfArray) contexts = load_golden ("tiny", "ctx");
  g_autoptr (SfArray) pair = take (contexts, 0, 2);
  g_autoptr (SfArray) context = sf_array (1, 154, pair->dims[2]);

  for (gsize i = 0; i < pair->n_values; i++)
    context->data[i] = pair->data[i];

  check_unet (fixture, "unet_eps_wide_ctx154_t500", latent, (double[]){ 500 }, context,
              precision->unet);
}

static void
test_vae (ModelFixture *fixture, gconstpointer data)
{
  const Precision *precision = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SfArray) latent = load_golden ("tiny", "vae_z_scaled");
  g_autoptr (SfArray) expected_image = load_golden ("tiny", "vae_decoded");
  g_autoptr (SfArray) image = load_golden ("tiny", "vae_enc_in");
  g_autoptr (SfArray) expected_moments = load_golden ("tiny", "vae_enc_moments");
  g_autoptr (SfArray)
      decoded = sf_model_decode (fixture->model, latent, SF_TILING_OFF, NULL, NULL, &error);
  g_autoptr (SfArray) moments = NULL;

  g_assert_no_error (error);
  assert_close ("vae_decoded", decoded, expected_image, precision->vae);

  moments = sf_model_encode (fixture->model, image, SF_TILING_OFF, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_close ("vae_enc_moments", moments, expected_moments, precision->vae);
}

/* Shapes that do not fit the model are refused, with the model still usable afterwards. */
static void
test_wrong_shapes (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (SfArray) latent = sf_array (1, 4, 8, 8);
  g_autoptr (SfArray) odd_latent = sf_array (1, 4, 8, 9);
  g_autoptr (SfArray) deep_latent = sf_array (1, 5, 8, 8);
  g_autoptr (SfArray) context = sf_array (1, 77, 128);
  g_autoptr (SfArray) wide_context = sf_array (1, 77, 129);
  const double timestep = 500;
  const struct
  {
    const SfArray *latent;
    const SfArray *context;
  } cases[] = {
    { odd_latent, context },
    { deep_latent, context },
    { latent, wide_context },
    { context, context },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SfArray)
          prediction = sf_model_run_unet (fixture->model, cases[i].latent, &timestep,
                                          cases[i].context, NULL, &error);

      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_null (prediction);
    }
  {
    const gint32 ids[77] = { 0 };
    const gint32 unknown_ids[77] = { 49408 };
    const SfTextInput inputs[] = {
      { ids, 1, .clip_skip = 4 },
      { ids, 1, .clip_skip = 0 },
      { unknown_ids, 1, .clip_skip = 1 },
    };

    for (guint i = 0; i < G_N_ELEMENTS (inputs); i++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (SfArray)
            context = sf_model_encode_text (fixture->model, &inputs[i], NULL, &error);

        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
        g_assert_null (context);
      }
  }

  test_unet (fixture, data);
}

/* Every kept program is at most one of the least recently used; making more than are kept drops the oldest. */
static void
test_many_sizes (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (SfArray) context = sf_array (1, 77, 128);
  const double timestep = 10;

  for (gsize width = 8; width <= 64; width += 8)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SfArray) latent = sf_array (1, 4, 8, width);
      g_autoptr (SfArray)
          prediction = sf_model_run_unet (fixture->model, latent, &timestep, context, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (prediction->dims[3], ==, width);
    }

  test_unet (fixture, data);
}

/* A memory of the very same pass gives the same answer; that of another one, another than all blocks give. */
static void
test_memory (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SfArray) context = sf_array (1, 77, 128);
  g_autoptr (SfArray) latent = sf_array (1, 4, 8, 16);
  g_autoptr (SfArray) whole = NULL;
  g_autoptr (SfArray) other_whole = NULL;
  g_autoptr (SfArray) kept = NULL;
  g_autoptr (SfArray) remembered = NULL;
  g_autoptr (SfArray) other = NULL;
  g_autofree gpointer deep = NULL;
  const double timestep = 500;
  const gsize n_bytes = latent->n_values * sizeof (float);

  for (gsize i = 0; i < latent->n_values; i++)
    latent->data[i] = (float) sin ((double) i);

  whole = sf_model_run_unet (fixture->model, latent, &timestep, context, NULL, &error);
  g_assert_no_error (error);
  kept = sf_model_run_unet_with_memory (fixture->model, latent, &timestep, context, &deep, NULL,
                                        &error);
  g_assert_no_error (error);
  g_assert_nonnull (deep);
  g_assert_cmpmem (kept->data, n_bytes, whole->data, n_bytes);

  remembered = sf_model_run_unet_with_memory (fixture->model, latent, &timestep, context, &deep,
                                              NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (remembered->data, n_bytes, whole->data, n_bytes);

  for (gsize i = 0; i < latent->n_values; i++)
    latent->data[i] = -latent->data[i];
  other = sf_model_run_unet_with_memory (fixture->model, latent, &timestep, context, &deep, NULL,
                                         &error);
  g_assert_no_error (error);
  g_assert_cmpint (memcmp (other->data, whole->data, n_bytes), !=, 0);
  other_whole = sf_model_run_unet (fixture->model, latent, &timestep, context, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (memcmp (other->data, other_whole->data, n_bytes), !=, 0);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (ModelFixture *fixture, gconstpointer data);
  } tests[] = {
    { "text", test_text },
    { "vectors", test_vectors },
    { "unet", test_unet },
    { "unet-batch", test_unet_batch },
    { "unet-wide", test_unet_wide },
    { "unet-memory", test_memory },
    { "vae", test_vae },
    { "wrong-shapes", test_wrong_shapes },
    { "many-sizes", test_many_sizes },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (precisions); i++)
    for (guint j = 0; j < G_N_ELEMENTS (tests); j++)
      {
        g_autofree char *path = g_strdup_printf ("/models/%s/%s", precisions[i].name,
                                                 tests[j].name);

        g_test_add (path, ModelFixture, &precisions[i], set_up, tests[j].run,
                    model_fixture_tear_down);
      }

  return g_test_run ();
}
