/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-tensor-info.h"

#include <math.h>
#include <string.h>

#include "base/sf-half.h"

#define CHUNK_VALUES 4096

static const struct
{
  const char *name;
  gsize n_bytes;
  gboolean is_float;
} DTYPES[SF_N_DTYPES] = {
  [SF_DTYPE_F64] = { "F64", 8, TRUE },         [SF_DTYPE_F32] = { "F32", 4, TRUE },
  [SF_DTYPE_F16] = { "F16", 2, TRUE },         [SF_DTYPE_BF16] = { "BF16", 2, TRUE },
  [SF_DTYPE_F8_E4M3] = { "F8_E4M3", 1, TRUE }, [SF_DTYPE_F8_E5M2] = { "F8_E5M2", 1, TRUE },
  [SF_DTYPE_I64] = { "I64", 8, FALSE },        [SF_DTYPE_I32] = { "I32", 4, FALSE },
  [SF_DTYPE_I16] = { "I16", 2, FALSE },        [SF_DTYPE_I8] = { "I8", 1, FALSE },
  [SF_DTYPE_U8] = { "U8", 1, FALSE },          [SF_DTYPE_BOOL] = { "BOOL", 1, FALSE },
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
      if (g_str_equal (name, DTYPES[i].name))
        {
          *dtype = i;
          return TRUE;
        }
    }
  return FALSE;
}

gsize
sf_dtype_bytes (SfDtype dtype)
{
  return DTYPES[dtype].n_bytes;
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

static void
read_halves (guint16 *halves, const guint8 *bytes, gsize n_values)
{
  memcpy (halves, bytes, n_values * sizeof *halves);
#if G_BYTE_ORDER == G_BIG_ENDIAN
  for (gsize i = 0; i < n_values; i++)
    halves[i] = GUINT16_FROM_LE (halves[i]);
#endif
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
convert (const SfTensorInfo *self, gsize first, gsize n_values, float *values)
{
  const guint8 *bytes = self->data + first * DTYPES[self->dtype].n_bytes;
  guint16 halves[CHUNK_VALUES];

  switch (self->dtype)
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
      for (gsize i = 0; i < n_values; i += CHUNK_VALUES)
        {
          gsize n_halves = MIN (n_values - i, CHUNK_VALUES);

          read_halves (halves, bytes + i * 2, n_halves);
          sf_half_to_floats (values + i, halves, n_halves);
        }
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
    case SF_DTYPE_I64:
    case SF_DTYPE_I32:
    case SF_DTYPE_I16:
    case SF_DTYPE_I8:
    case SF_DTYPE_U8:
    case SF_DTYPE_BOOL:
    case SF_N_DTYPES:
    default:
      g_assert_not_reached ();
    }
}

static gboolean
check_is_float (const SfTensorInfo *self, GError **error)
{
  if (sf_dtype_is_float (self->dtype))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "tensor %s holds values of type %s where weights are expected", self->name,
               sf_dtype_name (self->dtype));
  return FALSE;
}

gboolean
sf_tensor_info_read_f32 (const SfTensorInfo *self, float *values, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (!check_is_float (self, error))
    return FALSE;
  convert (self, 0, self->n_values, values);
  return TRUE;
}

gboolean
sf_tensor_info_read_f16 (const SfTensorInfo *self, guint16 *halves, GError **error)
{
  float chunk[CHUNK_VALUES];

  g_return_val_if_fail (self != NULL, FALSE);

  if (!check_is_float (self, error))
    return FALSE;
  if (self->dtype == SF_DTYPE_F16)
    {
      read_halves (halves, self->data, self->n_values);
      return TRUE;
    }
  for (gsize first = 0; first < self->n_values; first += CHUNK_VALUES)
    {
      gsize n_values = MIN (self->n_values - first, CHUNK_VALUES);

      convert (self, first, n_values, chunk);
      sf_half_from_floats (halves + first, chunk, n_values);
    }
  return TRUE;
}
