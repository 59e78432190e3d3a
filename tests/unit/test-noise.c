/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>

#include "load-golden.h"
#include "samplers/sf-mt19937.h"
#include "samplers/sf-noise.h"
#include "samplers/sf-philox.h"
#include "samplers/sf-seed-sequence.h"

#define BLOCK 16

/* The last bit at values of 2 to 4. */
#define LAST_BIT 2.4e-7

static void
assert_normal (SfNoise *noise, float *out, gsize n_values)
{
  g_autoptr (SfArray) array = sf_array (n_values);
  g_autoptr (GError) error = NULL;

  g_assert_true (sf_noise_normal (noise, array, &error));
  g_assert_no_error (error);
  memcpy (out, array->data, n_values * sizeof *out);
}

/* The C++ standard gives this value for std::mt19937 (26.6.6 [rand.predef]). */
static void
test_mt19937_known_value (void)
{
  SfMt19937 twister;
  guint32 word = 0;

  sf_mt19937_seed (&twister, 5489);
  for (guint i = 0; i < 10000; i++)
    word = sf_mt19937_next (&twister);

  g_assert_cmpuint (word, ==, 4123659995u);
}

/* The vectors that Random123 ships (kat_vectors, philox4x32 10). */
static void
test_philox_known_values (void)
{
  static const struct
  {
    guint32 counter[4];
    guint64 key;
    guint32 words[4];
  } cases[] = {
    { { 0 }, 0, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
      G_MAXUINT64,
      { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
      G_GUINT64_CONSTANT (0x299f31d0a4093822),
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint32 counter[4];

      memcpy (counter, cases[i].counter, sizeof counter);
      sf_philox_4x32 (counter, cases[i].key);
      g_assert_cmpmem (counter, sizeof counter, cases[i].words, sizeof cases[i].words);
    }
}

static void
test_cpu_goldens (void)
{
  static const guint64 seeds[] = { 0,     1,           42,
                                   12345, G_MAXUINT32, G_GUINT64_CONSTANT (9007199254740993) };
  static const guint sizes[] = { 1, 4, 15, 16, 17, 100, 1000, 4096, 16384 };

  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sizes); j++)
      {
        g_autofree char *name = g_strdup_printf ("torch_cpu_randn_seed%" G_GUINT64_FORMAT "_n%u",
                                                 seeds[i], sizes[j]);
        g_autoptr (SfArray) golden = load_golden ("rng", name);
        g_autoptr (SfNoise) noise = sf_noise_new (SF_NOISE_CPU, seeds[i]);
        g_autofree float *values = g_new (float, sizes[j]);

        g_assert_cmpuint (golden->n_values, ==, sizes[j]);
        assert_normal (noise, values, sizes[j]);
        g_assert_cmpfloat (greatest_difference (values, golden->data, sizes[j]), <=,
                           sizes[j] < BLOCK ? LAST_BIT : 0.0);
      }
}

/* 5 values leave one of a pair behind; the larger requests neither use nor drop it. */
static void
test_cpu_requests_continue (void)
{
  static const guint sizes[] = { 5, 20, 256 };
  g_autoptr (SfArray) golden = load_golden ("rng", "torch_cpu_seed42_seq_5_20_256");
  g_autoptr (SfNoise) noise = sf_noise_new (SF_NOISE_CPU, 42);
  g_autoptr (SfNoise) pairs = sf_noise_new (SF_NOISE_CPU, 42);
  float values[5 + 20 + 256];
  float spare;
  float expected[6];
  gsize offset = 0;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); offset += sizes[i++])
    assert_normal (noise, values + offset, sizes[i]);

  g_assert_cmpuint (golden->n_values, ==, G_N_ELEMENTS (values));
  g_assert_cmpfloat (greatest_difference (values, golden->data, G_N_ELEMENTS (values)), <=,
                     LAST_BIT);

  assert_normal (noise, &spare, 1);
  assert_normal (pairs, expected, 6);
  g_assert_cmpfloat (spare, ==, expected[5]);
}

static void
test_philox_goldens (void)
{
  static const guint64 seeds[] = { 0, 1, 42, 12345, G_GUINT64_CONSTANT (4294967301) };

  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++)
    {
      g_autofree char *stem = g_strdup_printf ("philox_seed%" G_GUINT64_FORMAT, seeds[i]);
      g_autofree char *first_name = g_strconcat (stem, "_4x64x64", NULL);
      g_autofree char *second_name = g_strconcat (stem, "_second_4x8x8", NULL);
      g_autoptr (SfArray) first = load_golden ("rng", first_name);
      g_autoptr (SfArray) second = load_golden ("rng", second_name);
      g_autoptr (SfNoise) noise = sf_noise_new (SF_NOISE_PHILOX, seeds[i]);
      g_autofree float *values = g_new (float, first->n_values);

      assert_normal (noise, values, first->n_values);
      g_assert_cmpfloat (greatest_difference (values, first->data, first->n_values), <=, LAST_BIT);
      assert_normal (noise, values, second->n_values);
      g_assert_cmpfloat (greatest_difference (values, second->data, second->n_values), <=,
                         LAST_BIT);
    }
}

/* torch.rand on the CPU takes 24 bits of each word. */
static void
test_uniform_golden (void)
{
  g_autoptr (SfArray) golden = load_golden ("rng", "torch_cpu_rand_seed42_n100");
  SfMt19937 twister;

  sf_mt19937_seed (&twister, 42);
  for (gsize i = 0; i < golden->n_values; i++)
    g_assert_cmpfloat ((sf_mt19937_next (&twister) & 0xffffffu) * 0x1p-24, ==, golden->data[i]);
}

/* numpy.random.SeedSequence (entropy, spawn_key=path, pool_size=24).generate_state (4) */
static void
test_seed_sequence_known_values (void)
{
  static const struct
  {
    guint64 entropy;
    guint64 path[2];
    guint n_path;
    guint32 words[4];
  } cases[] = {
    { G_GUINT64_CONSTANT (0), { 0 }, 0, { 0xeff41bd6, 0xa030bacb, 0x8ab2f371, 0x5df8813d } },
    { G_GUINT64_CONSTANT (42), { 0 }, 0, { 0x171c9ae3, 0x97323715, 0xf31e2760, 0x78a086b5 } },
    { G_GUINT64_CONSTANT (42),
      { G_GUINT64_CONSTANT (0), G_GUINT64_CONSTANT (0) },
      2,
      { 0x7d4a3fcb, 0xac5d83a2, 0x7fcc8743, 0x169f9cea } },
    { G_GUINT64_CONSTANT (42),
      { G_GUINT64_CONSTANT (5), G_GUINT64_CONSTANT (3) },
      2,
      { 0xb7d3fda8, 0x1be8688d, 0x0e7b03da, 0x9df5bf84 } },
    { G_GUINT64_CONSTANT (1099511627783),
      { G_GUINT64_CONSTANT (8589934593), G_GUINT64_CONSTANT (34) },
      2,
      { 0x603ba84e, 0x7eddef4a, 0x9ee30115, 0xd49b1b11 } },
    { G_GUINT64_CONSTANT (18446744073709551615),
      { G_GUINT64_CONSTANT (1), G_GUINT64_CONSTANT (1) },
      2,
      { 0x346adb48, 0xd1e75aec, 0x36c5e501, 0x60eeffc2 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint32 words[4];

      sf_seed_sequence (cases[i].entropy, cases[i].path, cases[i].n_path, words, 4);
      g_assert_cmpmem (words, sizeof words, cases[i].words, sizeof words);
    }
}

static void
check_path (const char *folder, const char *name, SfNoiseKind kind, guint64 seed, double least,
            double greatest)
{
  g_autoptr (SfArray) sigmas = load_golden ("rng", "brownian_karras10_sigmas");
  g_autoptr (SfArray) golden = load_golden (folder, name);
  g_autoptr (SfArray) out = sf_array_new (golden->n_dims - 1, golden->dims + 1);
  g_autoptr (SfNoise) noise = sf_noise_new (kind, seed);

  sf_noise_set_path (noise, least, greatest);
  for (guint i = 0; i < 9; i++)
    {
      g_assert_true (
          sf_noise_normal_between (noise, sigmas->data[i], sigmas->data[i + 1], out, NULL));
      g_assert_cmpfloat (greatest_difference (out->data, golden->data + i * out->n_values,
                                              out->n_values),
                         <=, 1e-6);
    }
}

static void
test_brownian_goldens (void)
{
  static const guint64 seeds[] = { 42, G_GUINT64_CONSTANT (1) << 40 | 7 };
  g_autoptr (SfArray) sigmas = load_golden ("rng", "brownian_karras10_sigmas");

  check_path ("rng", "brownian_seed42_karras10_1x4x8x8", SF_NOISE_CPU, 42, 0.0291675, 14.614642);
  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++)
    {
      g_autofree char *cpu = g_strdup_printf ("brownian_cpu_seed%" G_GUINT64_FORMAT, seeds[i]);
      g_autofree char *philox = g_strdup_printf ("brownian_philox_seed%" G_GUINT64_FORMAT,
                                                 seeds[i]);

      check_path ("samplers", cpu, SF_NOISE_CPU, seeds[i], sigmas->data[9], sigmas->data[0]);
      check_path ("samplers", philox, SF_NOISE_PHILOX, seeds[i], sigmas->data[9], sigmas->data[0]);
    }
}

/* However it is stepped through, a path goes the same way. */
static void
test_brownian_parts_add_up (void)
{
  g_autoptr (SfNoise) noise = sf_noise_new (SF_NOISE_CPU, 5);
  g_autoptr (SfArray) whole = sf_array (2, 50);
  g_autoptr (SfArray) part = sf_array (2, 50);
  g_autoptr (SfArray) sum = sf_array (2, 50);
  const double places[] = { 9.0, 7.1, 6.999, 2.0 };

  sf_noise_set_path (noise, 0.5, 12.0);
  g_assert_true (sf_noise_normal_between (noise, 9.0, 2.0, whole, NULL));
  for (guint i = 0; i + 1 < G_N_ELEMENTS (places); i++)
    {
      double scale = sqrt (places[i] - places[i + 1]);

      g_assert_true (sf_noise_normal_between (noise, places[i], places[i + 1], part, NULL));
      for (guint k = 0; k < 100; k++)
        sum->data[k] += scale * part->data[k];
    }

  for (guint k = 0; k < 100; k++)
    g_assert_cmpfloat_with_epsilon (sum->data[k], sqrt (7.0) * whole->data[k], 1e-5);
}

/* In a joint batch a request draws for all pictures; each gets its part, of the path too. */
static void
test_joint_batch (void)
{
  for (SfNoiseKind kind = SF_NOISE_CPU; kind <= SF_NOISE_PHILOX; kind++)
    {
      g_autoptr (SfNoise) all = sf_noise_new (kind, 11);
      g_autoptr (SfArray) batch = sf_array (3, 4, 5, 5);
      g_autoptr (SfArray) out = sf_array (1, 4, 5, 5);
      g_autoptr (SfNoise) last = sf_noise_new_picture (
          &(SfPictureNoise){ .kind = kind, .seed = 11, .batch_index = 2, .batch_count = 3 });

      sf_noise_set_path (all, 0.1, 10.0);
      sf_noise_set_path (last, 0.1, 10.0);
      for (guint request = 0; request < 3; request++)
        {
          if (request < 2)
            {
              g_assert_true (sf_noise_normal (all, batch, NULL));
              g_assert_true (sf_noise_normal (last, out, NULL));
            }
          else
            {
              g_assert_true (sf_noise_normal_between (all, 5.0, 2.0, batch, NULL));
              g_assert_true (sf_noise_normal_between (last, 5.0, 2.0, out, NULL));
            }
          g_assert_cmpmem (out->data, 100 * sizeof (float), batch->data + 200,
                           100 * sizeof (float));
        }
    }
}

static void
test_seed_delta (void)
{
  g_autoptr (SfNoise) noise = sf_noise_new_picture (
      &(SfPictureNoise){ .kind = SF_NOISE_CPU, .seed = 3, .seed_delta = 31337 });
  float values[20], expected[20];
  g_autoptr (SfNoise) first = sf_noise_new (SF_NOISE_CPU, 3);
  g_autoptr (SfNoise) later = sf_noise_new (SF_NOISE_CPU, 3 + 31337);

  for (guint request = 0; request < 3; request++)
    {
      assert_normal (noise, values, 20);
      assert_normal (request == 0 ? first : later, expected, 20);
      g_assert_cmpmem (values, sizeof values, expected, sizeof expected);
    }
}

/* A1111's slerp in PyTorch, see tests/goldens/samplers/README.md. */
static void
test_variation (void)
{
  static const char *const names[] = { "variation-0.3", "variation-1" };
  static const double strengths[] = { 0.3, 1.0 };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SfArray) golden = load_golden ("samplers", names[i]);
      g_autoptr (SfArray) out = sf_array_new (golden->n_dims, golden->dims);
      g_autoptr (SfNoise)
          noise = sf_noise_new_picture (&(SfPictureNoise){ .kind = SF_NOISE_CPU,
                                                           .seed = 1,
                                                           .variation_seed = 2,
                                                           .variation_strength = strengths[i] });
      g_autoptr (SfNoise) plain = sf_noise_new (SF_NOISE_CPU, 1);
      g_autoptr (SfArray) expected = sf_array_new (golden->n_dims, golden->dims);

      g_assert_true (sf_noise_normal (noise, out, NULL));
      g_assert_cmpfloat (greatest_difference (out->data, golden->data, out->n_values), <=, 2e-6);

      /* What comes later is that of the seed alone. */
      g_assert_true (sf_noise_normal (plain, expected, NULL));
      g_assert_true (sf_noise_normal (plain, expected, NULL));
      g_assert_true (sf_noise_normal (noise, out, NULL));
      g_assert_cmpmem (out->data, out->n_values * sizeof (float), expected->data,
                       out->n_values * sizeof (float));
    }
}

/* Of noises that hardly differ A1111 takes a straight line, from the variation on. */
static void
test_parallel_variation (void)
{
  g_autoptr (SfArray) x = sf_array (2, 1);
  g_autoptr (SfArray) variation = sf_array (2, 1);

  x->data[0] = x->data[1] = 1.0f;
  variation->data[0] = variation->data[1] = 3.0f;
  sf_noise_mix (x, variation, 0.25);
  g_assert_cmpfloat_with_epsilon (x->data[0], 0.25 * 1.0 + 0.75 * 3.0, 1e-6);
}

/* Columns of one value have no angle to go along. */
static void
test_variation_of_single_values (void)
{
  g_autoptr (SfArray) x = sf_array (1, 2);
  g_autoptr (SfArray) variation = sf_array (1, 2);

  x->data[0] = x->data[1] = 1.0f;
  variation->data[0] = 3.0f;
  variation->data[1] = -3.0f;
  sf_noise_mix (x, variation, 0.25);
  g_assert_cmpfloat_with_epsilon (x->data[0], 1.5, 1e-6);
  g_assert_cmpfloat_with_epsilon (x->data[1], 0.0, 1e-6);
}

static void
test_moments (void)
{
  const gsize n_values = 1 << 18;
  g_autofree float *values = g_new (float, n_values);

  for (SfNoiseKind kind = SF_NOISE_CPU; kind <= SF_NOISE_PHILOX; kind++)
    {
      g_autoptr (SfNoise) noise = sf_noise_new (kind, 7);
      double sum = 0.0, squares = 0.0, fourths = 0.0;

      assert_normal (noise, values, n_values);
      for (gsize i = 0; i < n_values; i++)
        {
          double square = (double) values[i] * values[i];

          sum += values[i];
          squares += square;
          fourths += square * square;
        }

      /* Five deviations of each mean: 1, sqrt (2) and sqrt (96) over sqrt (n). */
      g_assert_cmpfloat_with_epsilon (sum / n_values, 0.0, 5.0 / 512);
      g_assert_cmpfloat_with_epsilon (squares / n_values, 1.0, 5.0 * 1.42 / 512);
      g_assert_cmpfloat_with_epsilon (fourths / n_values, 3.0, 5.0 * 9.8 / 512);
    }
}

static void
test_recorded (void)
{
  g_autoptr (SfArray) sequence = sf_array (2, 1, 3, 2);
  g_autoptr (SfArray) out = sf_array (3, 2);
  g_autoptr (SfArray) turned = sf_array (2, 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (SfNoise) noise = NULL;

  for (gsize i = 0; i < sequence->n_values; i++)
    sequence->data[i] = i;

  noise = sf_noise_new_recorded (sequence, &error);
  g_assert_no_error (error);

  g_assert_false (sf_noise_normal (noise, turned, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  g_assert_true (sf_noise_check (noise, out, 2, &error));
  g_assert_false (sf_noise_check (noise, out, 3, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "3"));
  g_clear_error (&error);

  for (guint k = 0; k < 2; k++)
    {
      g_assert_true (sf_noise_normal (noise, out, &error));
      g_assert_cmpmem (out->data, 6 * sizeof (float), sequence->data + 6 * k, 6 * sizeof (float));
    }

  g_assert_false (sf_noise_normal (noise, out, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
}

static void
test_recorded_needs_a_count (void)
{
  g_autoptr (SfArray) flat = sf_array (16);
  g_autoptr (GError) error = NULL;

  g_assert_null (sf_noise_new_recorded (flat, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_names (void)
{
  g_autoptr (GError) error = NULL;
  SfNoiseKind kind;

  g_assert_true (sf_noise_kind_from_name ("cpu", &kind, &error));
  g_assert_cmpint (kind, ==, SF_NOISE_CPU);
  g_assert_true (sf_noise_kind_from_name ("philox", &kind, &error));
  g_assert_cmpint (kind, ==, SF_NOISE_PHILOX);

  g_assert_false (sf_noise_kind_from_name ("dice", &kind, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (error->message, ==, "unknown noise generator “dice”; known are cpu, philox");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/noise/mt19937-known-value", test_mt19937_known_value);
  g_test_add_func ("/noise/philox-known-values", test_philox_known_values);
  g_test_add_func ("/noise/cpu-goldens", test_cpu_goldens);
  g_test_add_func ("/noise/cpu-requests-continue", test_cpu_requests_continue);
  g_test_add_func ("/noise/philox-goldens", test_philox_goldens);
  g_test_add_func ("/noise/uniform-golden", test_uniform_golden);
  g_test_add_func ("/noise/seed-sequence-known-values", test_seed_sequence_known_values);
  g_test_add_func ("/noise/brownian-goldens", test_brownian_goldens);
  g_test_add_func ("/noise/brownian-parts-add-up", test_brownian_parts_add_up);
  g_test_add_func ("/noise/joint-batch", test_joint_batch);
  g_test_add_func ("/noise/seed-delta", test_seed_delta);
  g_test_add_func ("/noise/variation", test_variation);
  g_test_add_func ("/noise/parallel-variation", test_parallel_variation);
  g_test_add_func ("/noise/variation-of-single-values", test_variation_of_single_values);
  g_test_add_func ("/noise/moments", test_moments);
  g_test_add_func ("/noise/recorded", test_recorded);
  g_test_add_func ("/noise/recorded-needs-a-count", test_recorded_needs_a_count);
  g_test_add_func ("/noise/names", test_names);

  return g_test_run ();
}
