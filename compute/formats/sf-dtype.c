/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-dtype.h"

#include <math.h>
#include <string.h>

#include "base/sf-half.h"
#include "formats/sf-quant-block.h"

#define CHUNK_VALUES 1024

static const struct
{
  const char *name;
  gsize block_bytes;
  gsize block_values;
  gboolean is_float;
} DTYPES[SF_N_DTYPES] = {
  [SF_DTYPE_F64] = { "F64", 8, 1, TRUE },         [SF_DTYPE_F32] = { "F32", 4, 1, TRUE },
  [SF_DTYPE_F16] = { "F16", 2, 1, TRUE },         [SF_DTYPE_BF16] = { "BF16", 2, 1, TRUE },
  [SF_DTYPE_F8_E4M3] = { "F8_E4M3", 1, 1, TRUE }, [SF_DTYPE_F8_E5M2] = { "F8_E5M2", 1, 1, TRUE },
  [SF_DTYPE_I64] = { "I64", 8, 1, FALSE },        [SF_DTYPE_I32] = { "I32", 4, 1, FALSE },
  [SF_DTYPE_I16] = { "I16", 2, 1, FALSE },        [SF_DTYPE_I8] = { "I8", 1, 1, FALSE },
  [SF_DTYPE_U8] = { "U8", 1, 1, FALSE },          [SF_DTYPE_BOOL] = { "BOOL", 1, 1, FALSE },
  [SF_DTYPE_Q4_0] = { "Q4_0", 18, 32, TRUE },     [SF_DTYPE_Q4_1] = { "Q4_1", 20, 32, TRUE },
  [SF_DTYPE_Q5_0] = { "Q5_0", 22, 32, TRUE },     [SF_DTYPE_Q5_1] = { "Q5_1", 24, 32, TRUE },
  [SF_DTYPE_Q8_0] = { "Q8_0", 34, 32, TRUE },     [SF_DTYPE_Q2_K] = { "Q2_K", 84, 256, TRUE },
  [SF_DTYPE_Q3_K] = { "Q3_K", 110, 256, TRUE },   [SF_DTYPE_Q4_K] = { "Q4_K", 144, 256, TRUE },
  [SF_DTYPE_Q5_K] = { "Q5_K", 176, 256, TRUE },   [SF_DTYPE_Q6_K] = { "Q6_K", 210, 256, TRUE },
};

const char *
sf_dtype_name (SfDtype dtype)
{
  return DTYPES[dtype].name;
}

gboolean
sf_dtype_from_name (const char *name, SfDtype *dtype)
{
  for (guint i = 0; i < G_N_ELEMENTS (DTYPES); i++)
    {
      if (DTYPES[i].block_values == 1 && g_str_equal (name, DTYPES[i].name))
        {
          *dtype = i;
          return TRUE;
        }
    }
  return FALSE;
}

gsize
sf_dtype_block_values (SfDtype dtype)
{
  return DTYPES[dtype].block_values;
}

gsize
sf_dtype_block_bytes (SfDtype dtype)
{
  return DTYPES[dtype].block_bytes;
}

gboolean
sf_dtype_bytes_of (SfDtype dtype, gsize n_values, gsize *n_bytes)
{
  return n_values % DTYPES[dtype].block_values == 0
         && g_size_checked_mul (n_bytes, n_values / DTYPES[dtype].block_values,
                                DTYPES[dtype].block_bytes);
}

gboolean
sf_dtype_is_float (SfDtype dtype)
{
  return DTYPES[dtype].is_float;
}

static guint16
read_u16 (const guint8 *bytes)
{
  return bytes[0] | bytes[1] << 8;
}

static float
read_f32 (const guint8 *bytes)
{
  guint32 bits;
  float value;

  memcpy (&bits, bytes, sizeof bits);
  bits = GUINT32_FROM_LE (bits);
  memcpy (&value, &bits, sizeof value);
  return value;
}

static float
read_f64 (const guint8 *bytes)
{
  guint64 bits;
  double value;

  memcpy (&bits, bytes, sizeof bits);
  bits = GUINT64_FROM_LE (bits);
  memcpy (&value, &bits, sizeof value);
  return (float) value;
}

/* Sign, 4 bits of exponent biased by 7, 3 of mantissa; all ones is NaN. */
static float
read_f8_e4m3 (guint8 byte)
{
  guint exponent = byte >> 3 & 0xf;
  guint mantissa = byte & 7;
  float magnitude = 0;

  if ((byte & 0x7f) == 0x7f)
    magnitude = NAN;
  else if (exponent == 0)
    magnitude = ldexpf ((float) mantissa, -9);
  else
    magnitude = ldexpf ((float) (8 + mantissa), (int) exponent - 10);
  return byte & 0x80 ? -magnitude : magnitude;
}

static void
convert_halves (const guint8 *bytes, gsize n_values, float *values)
{
  guint16 halves[CHUNK_VALUES];

  for (gsize first = 0; first < n_values; first += CHUNK_VALUES)
    {
      gsize n_halves = MIN (n_values - first, CHUNK_VALUES);

      for (gsize i = 0; i < n_halves; i++)
        halves[i] = read_u16 (bytes + (first + i) * 2);
      sf_half_to_floats (values + first, halves, n_halves);
    }
}

static void
convert_blocks (SfDtype dtype, const guint8 *bytes, gsize n_values, float *values)
{
  const gsize block_values = DTYPES[dtype].block_values;

  for (gsize i = 0; i < n_values / block_values; i++)
    sf_quant_block_read (dtype, bytes + i * DTYPES[dtype].block_bytes, values + i * block_values);
}

void
sf_dtype_to_floats (SfDtype dtype, const guint8 *bytes, gsize n_values, float *values)
{
  g_assert (sf_dtype_is_float (dtype));

  switch (dtype)
    {
    case SF_DTYPE_F64:
      for (gsize i = 0; i < n_values; i++)
        values[i] = read_f64 (bytes + i * 8);
      break;
    case SF_DTYPE_F32:
      for (gsize i = 0; i < n_values; i++)
        values[i] = read_f32 (bytes + i * 4);
      break;
    case SF_DTYPE_F16:
      convert_halves (bytes, n_values, values);
      break;
    case SF_DTYPE_BF16:
      for (gsize i = 0; i < n_values; i++)
        values[i] = sf_bfloat16_to_float (read_u16 (bytes + i * 2));
      break;
    case SF_DTYPE_F8_E4M3:
      for (gsize i = 0; i < n_values; i++)
        values[i] = read_f8_e4m3 (bytes[i]);
      break;
    case SF_DTYPE_F8_E5M2:
      for (gsize i = 0; i < n_values; i++)
        values[i] = sf_half_to_float ((guint16) (bytes[i] << 8));
      break;
    default:
      convert_blocks (dtype, bytes, n_values, values);
      break;
    }
}
