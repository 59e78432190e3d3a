/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The VAE in strips against the whole, and in f32 where f16 is too narrow. */

#include "graph/sf-strips.h"
#include "model-fixture.h"
#include "models/sf-program-cache.h"

#include <math.h>

/* Small enough to cut every operation of these pictures into many strips. */
#define STRIP_BYTES (64 * 1024)

typedef struct
{
  const char *name;
  SfFormat format;
  double tolerance;
} Precision;

/* Only the sums of group norms are taken in another order: in f32 the last bits; in f16 that moves some values
 * to the half next to them, 2^-11 of the value, at each of some fifty roundings in a row. */
static const Precision precisions[] = {
  { "f32", SF_FORMAT_F32, 1e-5 },
  { "f16", SF_FORMAT_F16, 4e-3 },
};

static void
set_up (ModelFixture *fixture, gconstpointer data)
{
  const Precision *precision = data;

  model_fixture_open (fixture, g_getenv ("SF_TINY_CHECKPOINT"), precision->format);
}

static SfArray *
make_random (gsize batch, gsize channels, gsize height, gsize width, double scale)
{
  SfArray *array = sf_array (batch, channels, height, width);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (gsize i = 0; i < array->n_values; i++)
    array->data[i] = (float) g_rand_double_range (rand, -scale, scale);

  return array;
}

static double
find_largest_difference (const SfArray *a, const SfArray *b)
{
  double largest = 0;

  g_assert_cmpuint (a->n_values, ==, b->n_values);
  for (gsize i = 0; i < a->n_values; i++)
    {
      g_assert_true (isfinite (a->data[i]) && isfinite (b->data[i]));
      largest = MAX (largest, fabs ((double) a->data[i] - b->data[i]));
    }

  return largest;
}

/* One half of the VAE, in strips of @strip_bytes. */
static SfArray *
run_strips (ModelFixture *fixture, SfFormat format, const SfPartSize *size, const char *input,
            const SfArray *values, const char *output, guint64 strip_bytes, guint64 *peak_bytes)
{
  const SfModelConfig *config = sf_model_get_config (fixture->model);
  g_autoptr (GError) error = NULL;
  const SfKernels kernels = sf_kernels_choose (fixture->device, format);
  g_autoptr (SfArena) arena = sf_arena_new (fixture->device);
  g_autoptr (SfProgramCache)
      cache = sf_program_cache_new (arena, &kernels, config, fixture->checkpoint);
  g_autoptr (SfGraph) graph = sf_model_config_build (config, size, format);
  const SfProgramPlace place = sf_program_cache_get_place (cache, size->part);
  SfArray *result;
  guint64 before;

  sf_weights_load (place.weights, graph, NULL, NULL, &error);
  g_assert_no_error (error);
  before = sf_device_get_bytes (fixture->device);
  sf_device_reset_peak_bytes (fixture->device);
  result = sf_strips_run (graph, &place, input, values, output, strip_bytes, NULL, &error);
  g_assert_no_error (error);
  *peak_bytes = sf_device_get_peak_bytes (fixture->device) - before;

  return result;
}

/* Heights that strips do not divide, and one row only. */
static void
test_decode (ModelFixture *fixture, gconstpointer data)
{
  static const gsize sizes[][2] = { { 1, 3 }, { 13, 7 }, { 24, 8 } };
  const Precision *precision = data;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const SfPartSize size = { SF_PART_VAE_DECODER, 1, (guint) sizes[i][0], (guint) sizes[i][1] };
      g_autoptr (GError) error = NULL;
      g_autoptr (SfArray) latent = make_random (1, 4, size.height, size.width, 1);
      g_autoptr (SfArray) unscaled = sf_array_copy (latent);
      g_autoptr (SfArray)
          whole = sf_model_decode (fixture->model, latent, SF_TILING_OFF, NULL, NULL, &error);
      g_autoptr (SfArray) tiled = NULL;
      guint64 peak_bytes;
      double difference;

      g_assert_no_error (error);
      for (gsize j = 0; j < unscaled->n_values; j++)
        unscaled->data[j] /= sf_model_get_config (fixture->model)->latent_scale;
      tiled = run_strips (fixture, precision->format, &size, "latent", unscaled, "image",
                          STRIP_BYTES, &peak_bytes);
      difference = find_largest_difference (whole, tiled);
      g_test_message ("%u×%u: max difference %.2e, %" G_GUINT64_FORMAT " KiB of device memory",
                      size.height, size.width, difference, peak_bytes / 1024);
      g_assert_cmpfloat (difference, <=, precision->tolerance);
      g_assert_cmpuint (peak_bytes, <=, 5 * STRIP_BYTES);
    }
}

static void
test_encode (ModelFixture *fixture, gconstpointer data)
{
  const Precision *precision = data;
  const SfPartSize size = { SF_PART_VAE_ENCODER, 1, 104, 56 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SfArray) image = make_random (1, 3, size.height, size.width, 1);
  g_autoptr (SfArray)
      whole = sf_model_encode (fixture->model, image, SF_TILING_OFF, NULL, NULL, &error);
  g_autoptr (SfArray) tiled = NULL;
  guint64 peak_bytes;
  double difference;

  g_assert_no_error (error);
  tiled = run_strips (fixture, precision->format, &size, "image", image, "moments", STRIP_BYTES,
                      &peak_bytes);
  difference = find_largest_difference (whole, tiled);
  g_test_message ("max difference %.2e", difference);
  g_assert_cmpfloat (difference, <=, precision->tolerance);
}

/* Through the model, with a batch. */
static void
test_report (ModelFixture *fixture, gconstpointer data)
{
  const Precision *precision = data;
  const SfPartSize size = { SF_PART_VAE_DECODER, 2, 8, 8 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SfArray) latents = make_random (2, 4, 8, 8, 1);
  SfVaeReport report;
  g_autoptr (SfArray)
      whole = sf_model_decode (fixture->model, latents, SF_TILING_AUTO, &report, NULL, &error);
  g_autoptr (SfArray) tiled = NULL;

  g_assert_no_error (error);
  g_assert_false (report.tiled);
  g_assert_false (report.widened);
  g_assert_false (sf_model_tiles (fixture->model, &size, SF_TILING_AUTO));

  tiled = sf_model_decode (fixture->model, latents, SF_TILING_ON, &report, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (report.tiled);
  g_assert_cmpfloat (find_largest_difference (whole, tiled), <=, precision->tolerance);
}

/* A picture beyond what shaders of any device reach. */
static void
test_auto (ModelFixture *fixture, gconstpointer data)
{
  const SfDeviceInfo *info = sf_device_get_info (fixture->device);
  const guint64 most = MIN (info->max_storage_range_bytes, G_MAXUINT32);
  const guint side = (guint) sqrt ((double) most / (64 * 32 * 2)) + 8;
  const SfPartSize size = { SF_PART_VAE_DECODER, 1, side, side };

  g_assert_true (sf_model_tiles (fixture->model, &size, SF_TILING_AUTO));
  g_assert_false (sf_model_tiles (fixture->model, &size, SF_TILING_OFF));
}

/* Latents that are too large for halves give a picture all the same. */
static void
test_narrow_values (ModelFixture *fixture, gconstpointer data)
{
  const Precision *precision = data;
  const gboolean is_half = precision->format == SF_FORMAT_F16;
  g_autoptr (GError) error = NULL;
  g_autoptr (SfArray) wild = make_random (1, 4, 2, 2, 1e6);
  g_autoptr (SfArray) tame = make_random (1, 4, 2, 2, 1);
  SfVaeReport report;
  g_autoptr (SfArray)
      image = sf_model_decode (fixture->model, wild, SF_TILING_AUTO, &report, NULL, &error);
  g_autoptr (SfArray) later = NULL;

  g_assert_no_error (error);
  g_assert_true (report.widened == is_half);
  for (gsize i = 0; i < image->n_values; i++)
    g_assert_true (isfinite (image->data[i]));

  later = sf_model_decode (fixture->model, tame, SF_TILING_AUTO, &report, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (report.widened == is_half);
}

static void
test_cancelled (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (SfArray) latent = make_random (1, 4, 8, 8, 1);

  g_cancellable_cancel (cancellable);
  g_assert_null (sf_model_decode (fixture->model, latent, SF_TILING_ON, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
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
    { "report", test_report },
    { "auto", test_auto },
    { "narrow-values", test_narrow_values },
    { "cancelled", test_cancelled },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (precisions); i++)
    for (guint j = 0; j < G_N_ELEMENTS (tests); j++)
      {
        g_autofree char *path = g_strdup_printf ("/tiling/%s/%s", precisions[i].name,
                                                 tests[j].name);

        g_test_add (path, ModelFixture, &precisions[i], set_up, tests[j].run,
                    model_fixture_tear_down);
      }

  return g_test_run ();
}
