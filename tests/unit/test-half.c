/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sf-half.h"

#include <math.h>
#include <string.h>

static guint32
bits_of (float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

/* What a half means, by the definition and in double precision. */
static double
meaning_of (guint16 half)
{
  int exponent = half >> 10 & 0x1f;
  double mantissa = half & 0x3ff;
  double magnitude = exponent == 0 ? ldexp (mantissa, -24) : ldexp (1024 + mantissa, exponent - 25);

  return half & 0x8000 ? -magnitude : magnitude;
}

static gboolean
is_nan (guint16 half)
{
  return (half & 0x7fff) > 0x7c00;
}

static void
test_every_half (void)
{
  for (guint half = 0; half <= G_MAXUINT16; half++)
    {
      float value = sf_half_to_float ((guint16) half);

      if (is_nan ((guint16) half))
        {
          g_assert_true (isnan (value));
          g_assert_cmphex (sf_half_from_float (value), ==, half | 0x200);
          continue;
        }
      if ((half & 0x7fff) == 0x7c00)
        g_assert_true (isinf (value) && !signbit (value) == !(half & 0x8000));
      else
        g_assert_cmpfloat (value, ==, meaning_of ((guint16) half));
      g_assert_cmphex (sf_half_from_float (value), ==, half);
    }
}

/* Between two neighbours the nearer one is taken, in the middle the even one. */
static void
test_rounding (void)
{
  for (guint16 half = 0; half < 0x7bff; half++)
    {
      double low = meaning_of (half), high = meaning_of (half + 1);
      float middle = (float) ((low + high) / 2);

      g_assert_cmphex (sf_half_from_float (middle), ==, half + (half & 1));
      g_assert_cmphex (sf_half_from_float (nextafterf (middle, 0)), ==, half);
      g_assert_cmphex (sf_half_from_float (nextafterf (middle, INFINITY)), ==, half + 1);
      g_assert_cmphex (sf_half_from_float (-middle), ==, 0x8000 | (half + (half & 1)));
    }
}

static void
test_limits (void)
{
  g_assert_cmphex (sf_half_from_float (65504), ==, 0x7bff);
  g_assert_cmphex (sf_half_from_float (65519.996f), ==, 0x7bff);
  g_assert_cmphex (sf_half_from_float (65520), ==, 0x7c00);
  g_assert_cmphex (sf_half_from_float (1e30f), ==, 0x7c00);
  g_assert_cmphex (sf_half_from_float (-1e30f), ==, 0xfc00);
  g_assert_cmphex (sf_half_from_float (INFINITY), ==, 0x7c00);
  g_assert_cmphex (sf_half_from_float (0x1p-24f), ==, 1);
  g_assert_cmphex (sf_half_from_float (0x1p-25f), ==, 0);
  g_assert_cmphex (sf_half_from_float (0x1.8p-25f), ==, 1);
  g_assert_cmphex (sf_half_from_float (1e-40f), ==, 0);
  g_assert_cmphex (sf_half_from_float (-0.0f), ==, 0x8000);
}

static void
test_bfloat16 (void)
{
  for (guint bits = 0; bits <= G_MAXUINT16; bits++)
    {
      float value = sf_bfloat16_to_float ((guint16) bits);

      if ((bits & 0x7fff) > 0x7f80)
        g_assert_cmphex (bits_of (value), ==, (bits | 0x40) << 16);
      else
        g_assert_cmphex (bits_of (value), ==, bits << 16);
    }
}

/* Arrays take another way than single values, with the same results: every half, the middles
 * between them, and lengths that are no multiple of anything. */
static void
test_arrays (void)
{
  gsize n_values = G_MAXUINT16;
  g_autofree guint16 *halves = g_new (guint16, n_values);
  g_autofree float *values = g_new (float, n_values);

  for (gsize i = 0; i < n_values; i++)
    halves[i] = (guint16) i;
  sf_half_to_floats (values, halves, n_values);
  for (gsize i = 0; i < n_values; i++)
    g_assert_cmphex (bits_of (values[i]), ==, bits_of (sf_half_to_float ((guint16) i)));
  sf_half_from_floats (halves, values, n_values);
  for (gsize i = 0; i < n_values; i++)
    g_assert_cmphex (halves[i], ==, sf_half_from_float (values[i]));

  for (guint16 half = 0; half < 0x7bff; half++)
    values[half] = (float) ((meaning_of (half) + meaning_of (half + 1)) / 2);
  sf_half_from_floats (halves, values, 0x7bff);
  for (guint16 half = 0; half < 0x7bff; half++)
    g_assert_cmphex (halves[half], ==, half + (half & 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/half/every-half", test_every_half);
  g_test_add_func ("/half/rounding", test_rounding);
  g_test_add_func ("/half/limits", test_limits);
  g_test_add_func ("/half/bfloat16", test_bfloat16);
  g_test_add_func ("/half/arrays", test_arrays);
  return g_test_run ();
}
