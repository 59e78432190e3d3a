/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-quant-block.h"

#include "base/sf-half.h"

#define HALF_BLOCK 16

static float
read_half (const guint8 *bytes)
{
  return sf_half_to_float ((guint16) (bytes[0] | bytes[1] << 8));
}

static guint32
read_u32 (const guint8 *bytes)
{
  return (guint32) bytes[0] | (guint32) bytes[1] << 8 | (guint32) bytes[2] << 16
         | (guint32) bytes[3] << 24;
}

/* Nibbles: the first half of the block in the low ones, the second in the high ones. @high_bits
 * has the fifth bit of each value. */
static void
read_nibbles (const guint8 *nibbles, guint32 high_bits, float scale, float offset, float *values)
{
  for (guint i = 0; i < HALF_BLOCK; i++)
    {
      guint low = (nibbles[i] & 0xf) | (high_bits >> i & 1) << 4;
      guint high = nibbles[i] >> 4 | (high_bits >> (i + HALF_BLOCK) & 1) << 4;

      values[i] = scale * (float) low + offset;
      values[i + HALF_BLOCK] = scale * (float) high + offset;
    }
}

static void
read_q8_0 (const guint8 *block, float *values)
{
  const float d = read_half (block);

  for (guint i = 0; i < 2 * HALF_BLOCK; i++)
    values[i] = d * (float) (gint8) block[2 + i];
}

static void
read_q2_k (const guint8 *block, float *values)
{
  const guint8 *scales = block, *quants = block + 16;
  const float d = read_half (block + 80), m = read_half (block + 82);

  for (guint i = 0; i < 256; i++)
    {
      guint8 scale = scales[i / 16];
      guint q = quants[i / 128 * 32 + i % 32] >> (i % 128 / 32 * 2) & 3;

      values[i] = d * (float) (scale & 0xf) * (float) q - m * (float) (scale >> 4);
    }
}

/* Sixteen 6-bit scales in 12 bytes: low nibbles in the first eight, pairs of high bits in the rest. */
static int
get_q3_k_scale (const guint8 *packed, guint group)
{
  guint low = packed[group % 8] >> (group / 8 * 4) & 0xf;
  guint high = packed[8 + group % 4] >> (group / 4 * 2) & 3;

  return (int) (low | high << 4) - 32;
}

static void
read_q3_k (const guint8 *block, float *values)
{
  const guint8 *high_bits = block, *quants = block + 32, *scales = block + 96;
  const float d = read_half (block + 108);

  for (guint i = 0; i < 256; i++)
    {
      guint low = quants[i / 128 * 32 + i % 32] >> (i % 128 / 32 * 2) & 3;
      guint high = high_bits[i % 32] >> (i / 32) & 1;

      values[i] = d * (float) get_q3_k_scale (scales, i / 16)
                  * (float) ((int) (low | high << 2) - 4);
    }
}

/* Eight pairs of 6-bit scales in 12 bytes: the upper two bits of the first eight bytes belong to the
 * last four pairs. */
static void
get_q4_k_scales (const guint8 *packed, guint group, float *scale, float *minimum)
{
  if (group < 4)
    {
      *scale = (float) (packed[group] & 63);
      *minimum = (float) (packed[group + 4] & 63);
    }
  else
    {
      *scale = (float) ((packed[group + 4] & 0xf) | packed[group - 4] >> 6 << 4);
      *minimum = (float) (packed[group + 4] >> 4 | packed[group] >> 6 << 4);
    }
}

/* @high_bits has the fifth bits, or is NULL. */
static void
read_q45_k (const guint8 *block, const guint8 *high_bits, const guint8 *quants, float *values)
{
  const float d = read_half (block), m = read_half (block + 2);

  for (guint group = 0; group < 8; group++)
    {
      float scale, minimum;

      get_q4_k_scales (block + 4, group, &scale, &minimum);
      for (guint i = 0; i < 32; i++)
        {
          guint q = quants[group / 2 * 32 + i] >> (group % 2 * 4) & 0xf;

          if (high_bits != NULL)
            q |= (high_bits[i] >> group & 1u) << 4;
          values[group * 32 + i] = d * scale * (float) q - m * minimum;
        }
    }
}

static void
read_q6_k (const guint8 *block, float *values)
{
  const guint8 *low_bits = block, *high_bits = block + 128, *scales = block + 192;
  const float d = read_half (block + 208);

  for (guint i = 0; i < 256; i++)
    {
      const guint half = i / 128, quarter = i % 128 / 32, at = i % 32;
      guint low = low_bits[half * 64 + quarter % 2 * 32 + at] >> (quarter / 2 * 4) & 0xf;
      guint high = high_bits[half * 32 + at] >> (quarter * 2) & 3;

      values[i] = d * (float) (gint8) scales[i / 16] * (float) ((int) (low | high << 4) - 32);
    }
}

void
sf_quant_block_read (SfDtype dtype, const guint8 *block, float *values)
{
  const float d = read_half (block);

  switch (dtype)
    {
    case SF_DTYPE_Q4_0:
      read_nibbles (block + 2, 0, d, -8 * d, values);
      break;
    case SF_DTYPE_Q4_1:
      read_nibbles (block + 4, 0, d, read_half (block + 2), values);
      break;
    case SF_DTYPE_Q5_0:
      read_nibbles (block + 6, read_u32 (block + 2), d, -16 * d, values);
      break;
    case SF_DTYPE_Q5_1:
      read_nibbles (block + 8, read_u32 (block + 4), d, read_half (block + 2), values);
      break;
    case SF_DTYPE_Q8_0:
      read_q8_0 (block, values);
      break;
    case SF_DTYPE_Q2_K:
      read_q2_k (block, values);
      break;
    case SF_DTYPE_Q3_K:
      read_q3_k (block, values);
      break;
    case SF_DTYPE_Q4_K:
      read_q45_k (block, NULL, block + 16, values);
      break;
    case SF_DTYPE_Q5_K:
      read_q45_k (block, block + 16, block + 48, values);
      break;
    case SF_DTYPE_Q6_K:
      read_q6_k (block, values);
      break;
    default:
      g_assert_not_reached ();
    }
}
