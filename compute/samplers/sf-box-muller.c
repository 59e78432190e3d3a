/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-box-muller.h"

#include <math.h>

static float
polynomial (float x, const float *coefficients, guint n_coefficients)
{
  float sum = coefficients[0];

  for (guint i = 1; i < n_coefficients; i++)
    sum = fmaf (sum, x, coefficients[i]);

  return sum;
}

/* ln (value) for 0 < value <= 1. */
static float
log_cephes (float value)
{
  static const float series[] = {
    7.0376836292e-2f,  -1.1514610310e-1f, 1.1676998740e-1f,  -1.2420140846e-1f, 1.4249322787e-1f,
    -1.6668057665e-1f, 2.0000714765e-1f,  -2.4999993993e-1f, 3.3333331174e-1f,
  };
  static const float ln_2_high = 0.693359375f;
  static const float ln_2_low = -2.12194440e-4f;
  int exponent;
  float x = frexpf (value, &exponent);
  float square, rest;

  if (x < (float) G_SQRT2 / 2.0f)
    {
      exponent--;
      x *= 2.0f;
    }
  x -= 1.0f;

  square = x * x;
  rest = polynomial (x, series, G_N_ELEMENTS (series)) * x;
  rest = fmaf (rest, square, (float) exponent * ln_2_low);
  rest -= 0.5f * square;

  return fmaf ((float) exponent, ln_2_high, x + rest);
}

/* For 0 <= angle <= 2 pi. */
static void
sincos_cephes (float angle, float *sine, float *cosine)
{
  static const float sine_series[] = { -1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f };
  static const float cosine_series[] = { 2.443315711809948e-5f, -1.388731625493765e-3f,
                                         4.166664568298827e-2f };
  static const float quarter_pi[] = { 0.78515625f, 2.4187564849853515625e-4f,
                                      3.77489497744594108e-8f };
  guint octant = ((guint) (angle * (float) (4.0 / G_PI)) + 1) & ~1u;
  float x = angle;
  float square, small_sine, small_cosine;

  for (guint i = 0; i < G_N_ELEMENTS (quarter_pi); i++)
    x = fmaf (-(float) octant, quarter_pi[i], x);

  square = x * x;
  small_cosine = polynomial (square, cosine_series, G_N_ELEMENTS (cosine_series)) * square;
  small_cosine = fmaf (small_cosine, square, -0.5f * square) + 1.0f;
  small_sine = polynomial (square, sine_series, G_N_ELEMENTS (sine_series)) * square;
  small_sine = fmaf (small_sine, x, x);

  switch (octant / 2 % 4)
    {
    case 0:
      *sine = small_sine;
      *cosine = small_cosine;
      break;
    case 1:
      *sine = small_cosine;
      *cosine = -small_sine;
      break;
    case 2:
      *sine = -small_sine;
      *cosine = -small_cosine;
      break;
    default:
      *sine = -small_cosine;
      *cosine = small_sine;
      break;
    }
}

void
sf_box_muller_block (float block[SF_BOX_MULLER_BLOCK])
{
  const guint half = SF_BOX_MULLER_BLOCK / 2;

  for (guint j = 0; j < half; j++)
    {
      float radius = sqrtf (-2.0f * log_cephes (1.0f - block[j]));
      float sine, cosine;

      sincos_cephes ((float) (2.0 * G_PI) * block[j + half], &sine, &cosine);
      block[j] = radius * cosine;
      block[j + half] = radius * sine;
    }
}
