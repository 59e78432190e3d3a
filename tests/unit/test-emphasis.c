/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-emphasis.h"

#include <locale.h>
#include <math.h>

#define WIDTH 3
#define N_VALUES (SF_TOKENIZER_CONTEXT * WIDTH)

static SfArray *
new_encoding (guint n_chunks, float offset)
{
  SfArray *encoding = sf_array (n_chunks, SF_TOKENIZER_CONTEXT, WIDTH);

  for (gsize i = 0; i < encoding->n_values; i++)
    encoding->data[i] = sinf ((float) i) + offset;
  return encoding;
}

/* Chunks of which each has another weight at token 2, the second nothing but ones. */
static void
init_chunks (SfPromptChunk chunks[2])
{
  for (guint i = 0; i < 2; i++)
    sf_prompt_chunk_init_empty (&chunks[i], SF_TOKENIZER_END);
  chunks[0].weights[2] = 1.5f;
  chunks[0].weights[3] = 0;
}

static double
mean (const float *values, gsize n_values)
{
  double sum = 0;

  for (gsize i = 0; i < n_values; i++)
    sum += values[i];
  return sum / (double) n_values;
}

static void
test_no_norm (void)
{
  SfPromptChunk chunks[2];
  g_autoptr (SfArray) before = new_encoding (2, 0.25f);
  g_autoptr (SfArray) after = sf_array_copy (before);
  SfEmphasisText text = { after, chunks, 2, 1 };

  init_chunks (chunks);
  sf_emphasis_apply (SF_EMPHASIS_NO_NORM, &text, 1, NULL);
  for (gsize i = 0; i < after->n_values; i++)
    {
      float weight = i / WIDTH == 2 ? 1.5f : i / WIDTH == 3 ? 0 : 1;

      g_assert_cmpfloat (after->data[i], ==, before->data[i] * weight);
    }
}

/* All values of a weighted chunk are multiplied once more, so that its mean is what it was. */
static void
test_original (void)
{
  SfPromptChunk chunks[2];
  g_autoptr (SfArray) before = new_encoding (2, 0.25f);
  g_autoptr (SfArray) after = sf_array_copy (before);
  SfEmphasisText text = { after, chunks, 2, 1 };
  float factor = 0;

  init_chunks (chunks);
  sf_emphasis_apply (SF_EMPHASIS_ORIGINAL, &text, 1, NULL);
  factor = after->data[0] / before->data[0];
  g_assert_cmpfloat (fabsf (factor - 1), >, 1e-3);
  g_assert_cmpfloat_with_epsilon (mean (after->data, N_VALUES), mean (before->data, N_VALUES),
                                  1e-6);
  g_assert_cmpfloat_with_epsilon (after->data[2 * WIDTH], before->data[2 * WIDTH] * 1.5f * factor,
                                  1e-6);
  g_assert_cmpmem (after->data + N_VALUES, N_VALUES * sizeof (float), before->data + N_VALUES,
                   N_VALUES * sizeof (float));
}

/* Texts of one schedule share their mean, each counted as often as it is used. */
static void
test_original_together (void)
{
  SfPromptChunk chunks[2], plain[2];
  g_autoptr (SfArray) first_before = new_encoding (1, 0.25f);
  g_autoptr (SfArray) second_before = new_encoding (1, 1.0f);
  g_autoptr (SfArray) first = sf_array_copy (first_before);
  g_autoptr (SfArray) second = sf_array_copy (second_before);
  SfEmphasisText texts[] = { { first, chunks, 1, 3 }, { second, plain, 1, 1 } };
  double before = 0, after = 0, factor = 0;

  init_chunks (chunks);
  init_chunks (plain);
  plain[0] = plain[1];
  sf_emphasis_apply (SF_EMPHASIS_ORIGINAL, texts, 2, NULL);
  before = 3 * mean (first_before->data, N_VALUES) + mean (second_before->data, N_VALUES);
  after = 3 * mean (first->data, N_VALUES) + mean (second->data, N_VALUES);
  g_assert_cmpfloat_with_epsilon (before, after, 1e-5);
  factor = second->data[0] / second_before->data[0];
  g_assert_cmpfloat (fabs (factor - 1), >, 1e-4);
  g_assert_cmpfloat_with_epsilon (first->data[0] / first_before->data[0], factor, 1e-6);
}

static void
test_ignore (void)
{
  SfPromptChunk chunks[2];
  g_autoptr (SfArray) before = new_encoding (2, 0.25f);
  g_autoptr (SfArray) after = sf_array_copy (before);
  SfEmphasisText text = { after, chunks, 2, 1 };

  init_chunks (chunks);
  sf_emphasis_apply (SF_EMPHASIS_IGNORE, &text, 1, NULL);
  g_assert_cmpmem (after->data, after->n_values * 4, before->data, before->n_values * 4);
}

static void
test_comfyui (void)
{
  SfPromptChunk chunks[2];
  g_autoptr (SfArray) before = new_encoding (2, 0.25f);
  g_autoptr (SfArray) after = sf_array_copy (before);
  g_autoptr (SfArray) empty = new_encoding (1, -3);
  SfEmphasisText text = { after, chunks, 2, 1 };

  init_chunks (chunks);
  sf_emphasis_apply (SF_EMPHASIS_COMFYUI, &text, 1, empty);
  for (gsize i = 0; i < after->n_values; i++)
    {
      float e = empty->data[i % N_VALUES];
      float expected = i / WIDTH == 2   ? e + (before->data[i] - e) * 1.5f
                       : i / WIDTH == 3 ? e
                                        : before->data[i];

      g_assert_cmpfloat_with_epsilon (after->data[i], expected, 1e-6);
    }
}

/* Where the mean of what is weighted is zero, it is not restored. */
static void
test_zero_mean (void)
{
  SfPromptChunk chunks[2];
  g_autoptr (SfArray) encoding = sf_array (1, SF_TOKENIZER_CONTEXT, WIDTH);
  SfEmphasisText text = { encoding, chunks, 1, 1 };

  init_chunks (chunks);
  encoding->data[3 * WIDTH] = 1;
  sf_emphasis_apply (SF_EMPHASIS_ORIGINAL, &text, 1, NULL);
  for (gsize i = 0; i < encoding->n_values; i++)
    g_assert_cmpfloat (encoding->data[i], ==, 0);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emphasis/no-norm", test_no_norm);
  g_test_add_func ("/emphasis/original", test_original);
  g_test_add_func ("/emphasis/original-together", test_original_together);
  g_test_add_func ("/emphasis/ignore", test_ignore);
  g_test_add_func ("/emphasis/comfyui", test_comfyui);
  g_test_add_func ("/emphasis/zero-mean", test_zero_mean);
  return g_test_run ();
}
