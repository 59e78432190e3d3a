/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sf-half.h"

#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#define FLOAT_INFINITY 0x7f800000u
#define FLOAT_TWO_TO_16 0x47800000u       /* above every finite half */
#define FLOAT_TWO_TO_MINUS_14 0x38800000u /* smallest normal half */
#define EXPONENT_REBIAS 0x38000000u       /* 127 - 15 in a float's exponent field */

static inline guint32
bits_of (float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

static inline float
float_of (guint32 bits)
{
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

guint16
sf_half_from_float (float value)
{
  guint32 bits = bits_of (value);
  guint32 sign = bits >> 16 & 0x8000;
  guint32 magnitude = bits & 0x7fffffff;

  if (magnitude > FLOAT_INFINITY)
    return sign | 0x7e00 | (magnitude >> 13 & 0x3ff);
  if (magnitude >= FLOAT_TWO_TO_16)
    return sign | 0x7c00;
  /* Floats in [0.5, 1) are 2^-24 apart, as subnormal halves are: the sum rounds. */
  if (magnitude < FLOAT_TWO_TO_MINUS_14)
    return sign | (bits_of (float_of (magnitude) + 0.5f) - bits_of (0.5f));

  magnitude += 0xfff + (magnitude >> 13 & 1);
  return sign | (magnitude - EXPONENT_REBIAS) >> 13;
}

float
sf_half_to_float (guint16 half)
{
  guint32 sign = (guint32) (half & 0x8000) << 16;
  guint32 mantissa = half & 0x3ff;
  guint32 magnitude = (guint32) (half & 0x7fff) << 13;

  if (magnitude >= 0x7c00u << 13)
    return float_of (sign | FLOAT_INFINITY | mantissa << 13 | (mantissa != 0 ? 0x400000 : 0));
  if (magnitude < 0x400u << 13)
    return float_of (sign | bits_of ((float) mantissa * 0x1p-24f));
  return float_of (sign | (magnitude + EXPONENT_REBIAS));
}

float
sf_bfloat16_to_float (guint16 bfloat16)
{
  guint32 bits = (guint32) bfloat16 << 16;

  return float_of ((bits & 0x7fffffff) > FLOAT_INFINITY ? bits | 0x400000 : bits);
}

#ifdef __x86_64__

/* F16C cannot be asked for with clang 14. What has AVX2 has it. */
static gboolean
has_f16c (void)
{
  return __builtin_cpu_supports ("avx2") != 0;
}

/* Both return how many values they have converted, eight at a time. */
__attribute__ ((target ("f16c"))) static gsize
convert_from_floats_f16c (guint16 *halves, const float *values, gsize n_values)
{
  gsize i = 0;

  for (; i + 8 <= n_values; i += 8)
    _mm_storeu_si128 ((__m128i *) (halves + i),
                      _mm256_cvtps_ph (_mm256_loadu_ps (values + i), _MM_FROUND_TO_NEAREST_INT));
  return i;
}

__attribute__ ((target ("f16c"))) static gsize
convert_to_floats_f16c (float *values, const guint16 *halves, gsize n_values)
{
  gsize i = 0;

  for (; i + 8 <= n_values; i += 8)
    _mm256_storeu_ps (values + i,
                      _mm256_cvtph_ps (_mm_loadu_si128 ((const __m128i *) (halves + i))));
  return i;
}

#endif

void
sf_half_from_floats (guint16 *halves, const float *values, gsize n_values)
{
  gsize n_done = 0;

#ifdef __x86_64__
  if (has_f16c ())
    n_done = convert_from_floats_f16c (halves, values, n_values);
#endif
  for (gsize i = n_done; i < n_values; i++)
    halves[i] = sf_half_from_float (values[i]);
}

void
sf_half_to_floats (float *values, const guint16 *halves, gsize n_values)
{
  gsize n_done = 0;

#ifdef __x86_64__
  if (has_f16c ())
    n_done = convert_to_floats_f16c (values, halves, n_values);
#endif
  for (gsize i = n_done; i < n_values; i++)
    values[i] = sf_half_to_float (halves[i]);
}
