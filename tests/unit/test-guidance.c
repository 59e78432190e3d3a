/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load-golden.h"
#include "samplers/sf-guidance.h"
#include "samplers/sf-prediction.h"

static void
test_input_repeats_and_scales (void)
{
  g_autoptr (SfArray) x = sf_array (1, 2, 3);
  g_autoptr (SfArray) input = sf_array (2, 2, 3);

  for (guint i = 0; i < 6; i++)
    x->data[i] = (float) i - 2.5f;

  sf_prediction_fill_input (x, sqrt (3.0), input);
  for (guint i = 0; i < 12; i++)
    g_assert_cmpfloat (input->data[i], ==, 0.5f * x->data[i % 6]);
}

/* A network that answers without error must give the latent back, at every level. */
static void
test_denoised_recovers_the_latent (void)
{
  static const double sigmas[] = { 0.0291675, 0.5, 1.0, 14.614643 };
  const gsize n_values = 4 * 8 * 8;
  g_autoptr (SfArray) latent = load_golden ("t2i-euler-default-10-cfg7.5", "latent");
  g_autoptr (SfArray) noise = load_golden ("t2i-noise", "noise");
  g_autoptr (SfArray) x = sf_array (1, 4, 8, 8);
  g_autoptr (SfArray) v = sf_array (1, 4, 8, 8);
  g_autoptr (SfArray) denoised = sf_array (1, 4, 8, 8);

  for (guint k = 0; k < G_N_ELEMENTS (sigmas); k++)
    {
      double sigma = sigmas[k];
      double level = sqrt (sigma * sigma + 1.0);

      /* v = alpha eps - (1 - alpha^2)^(1/2) latent with alpha = 1 / level. */
      for (gsize i = 0; i < n_values; i++)
        {
          x->data[i] = latent->data[i] + sigma * noise->data[i];
          v->data[i] = (noise->data[i] - sigma * latent->data[i]) / level;
        }

      sf_prediction_to_denoised (SF_PREDICTION_EPSILON, x, sigma, noise, denoised);
      g_assert_cmpfloat (greatest_difference (denoised->data, latent->data, n_values), <=, 1e-5);
      sf_prediction_to_denoised (SF_PREDICTION_V, x, sigma, v, v);
      g_assert_cmpfloat (greatest_difference (v->data, latent->data, n_values), <=, 1e-5);
    }
}

static void
test_combine (void)
{
  g_autoptr (SfArray) halves = sf_array (2, 3);
  g_autoptr (SfArray) guided = sf_array (1, 3);
  const float answers[] = { 1.0f, -2.0f, 0.5f, 1.5f, -2.0f, -0.5f };
  const double weight = 1.0;

  memcpy (halves->data, answers, sizeof answers);

  sf_guidance_combine (halves, &weight, 1, 7.5, guided);
  g_assert_cmpfloat (guided->data[0], ==, 4.75f);
  g_assert_cmpfloat (guided->data[1], ==, -2.0f);
  g_assert_cmpfloat (guided->data[2], ==, -7.0f);

  sf_guidance_combine (halves, &weight, 1, 1.0, guided);
  g_assert_cmpmem (guided->data, 3 * sizeof (float), answers + 3, 3 * sizeof (float));
  sf_guidance_combine (halves, &weight, 1, 0.0, guided);
  g_assert_cmpmem (guided->data, 3 * sizeof (float), answers, 3 * sizeof (float));
}

static void
test_combine_weighted (void)
{
  const float answers[] = { 1.0f, -2.0f, 2.0f, -2.0f, 0.0f, 4.0f };
  const double weights[] = { 1.0, -0.5 };
  g_autoptr (SfArray) parts = sf_array (3, 2);
  g_autoptr (SfArray) guided = sf_array (1, 2);

  memcpy (parts->data, answers, sizeof answers);
  sf_guidance_combine (parts, weights, 2, 4.0, guided);
  g_assert_cmpfloat (guided->data[0], ==, 1.0 + 4.0 * (2.0 - 1.0) - 2.0 * (0.0 - 1.0));
  g_assert_cmpfloat (guided->data[1], ==, -2.0 - 2.0 * (4.0 + 2.0));
}

/* Pictures are rescaled each for itself: the first has the deviation 1 and should have 4, the
 * second 10 and 5. */
static void
test_rescale (void)
{
  const float guided_values[] = { 2.0f, 0.0f, 10.0f, -10.0f };
  const float conditional_values[] = { 8.0f, 0.0f, 5.0f, -5.0f };
  const float expected[] = { 5.0f, 0.0f, 7.5f, -7.5f };
  g_autoptr (SfArray) guided = sf_array (2, 2);
  g_autoptr (SfArray) conditional = sf_array (2, 2);

  memcpy (guided->data, guided_values, sizeof guided_values);
  memcpy (conditional->data, conditional_values, sizeof conditional_values);
  sf_guidance_rescale (guided, conditional, 0.0);
  g_assert_cmpmem (guided->data, sizeof guided_values, guided_values, sizeof guided_values);
  sf_guidance_rescale (guided, conditional, 0.5);
  g_assert_cmpfloat (greatest_difference (guided->data, expected, 4), <=, 1e-6);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/prediction/input-repeats-and-scales", test_input_repeats_and_scales);
  g_test_add_func ("/prediction/denoised-recovers-the-latent", test_denoised_recovers_the_latent);
  g_test_add_func ("/guidance/combine", test_combine);
  g_test_add_func ("/guidance/combine-weighted", test_combine_weighted);
  g_test_add_func ("/guidance/rescale", test_rescale);

  return g_test_run ();
}
