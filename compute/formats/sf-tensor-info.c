/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-tensor-info.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/sf-half.h"

#define CHUNK_VALUES 4096 /* a whole number of every type's blocks */
#define MAX_VALUE_BYTES 8
#define SHOWN_NAME_BYTES 120

gboolean
sf_tensor_info_count_values (SfTensorInfo *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  self->n_values = 1;
  for (guint i = 0; i < self->n_dims; i++)
    {
      if (!g_size_checked_mul (&self->n_values, self->n_values, self->dims[i]))
        return FALSE;
    }
  return TRUE;
}

gboolean
sf_tensor_info_refuse (const char *name, const char *reason, GError **error)
{
  g_autofree char *escaped = g_strescape (name, NULL);
  gsize n_bytes = strlen (escaped);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("tensor %.*s%s %s"), SHOWN_NAME_BYTES,
               escaped, n_bytes > SHOWN_NAME_BYTES ? "…" : "", reason);
  return FALSE;
}

gboolean
sf_tensor_info_is_plain (const SfTensorInfo *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return !self->is_strided && self->n_parts == 0;
}

/* Gathers some values in C order, from the value @first on, as they are in the file. */
static void
gather (const SfTensorInfo *self, gsize first, gsize n_values, guint8 *bytes)
{
  const gsize value_bytes = sf_dtype_block_bytes (self->dtype);
  gsize index[SF_TENSOR_MAX_DIMS] = { 0 };
  gsize at = 0;

  for (guint i = self->n_dims; i > 0; i--)
    {
      index[i - 1] = first % self->dims[i - 1];
      first /= self->dims[i - 1];
      at += index[i - 1] * self->strides[i - 1];
    }
  for (gsize n = 0; n < n_values; n++)
    {
      memcpy (bytes + n * value_bytes, self->data + at * value_bytes, value_bytes);
      for (guint i = self->n_dims; i > 0; i--)
        {
          at += self->strides[i - 1];
          if (++index[i - 1] < self->dims[i - 1])
            break;
          at -= index[i - 1] * self->strides[i - 1];
          index[i - 1] = 0;
        }
    }
}

/* Values of a tensor that is not stacked. @first is at the start of a block. */
static void
convert_unstacked (const SfTensorInfo *self, gsize first, gsize n_values, float *values)
{
  guint8 bytes[CHUNK_VALUES * MAX_VALUE_BYTES];

  if (!self->is_strided)
    {
      sf_dtype_to_floats (self->dtype,
                          self->data
                              + first / sf_dtype_block_values (self->dtype)
                                    * sf_dtype_block_bytes (self->dtype),
                          n_values, values);
      return;
    }
  for (gsize done = 0; done < n_values; done += CHUNK_VALUES)
    {
      gsize n = MIN (n_values - done, CHUNK_VALUES);

      gather (self, first + done, n, bytes);
      sf_dtype_to_floats (self->dtype, bytes, n, values + done);
    }
}

static void
convert (const SfTensorInfo *self, gsize first, gsize n_values, float *values)
{
  gsize begin = 0; /* of the part, in values */

  if (self->n_parts == 0)
    {
      convert_unstacked (self, first, n_values, values);
      return;
    }
  for (guint i = 0; i < self->n_parts; i++)
    {
      const SfTensorInfo *part = &self->parts[i];
      const gsize from = MAX (first, begin);
      const gsize to = MIN (first + n_values, begin + part->n_values);

      if (from < to)
        convert_unstacked (part, from - begin, to - from, values + (from - first));
      begin += part->n_values;
    }
}

static gboolean
check_is_float (const SfTensorInfo *self, GError **error)
{
  if (sf_dtype_is_float (self->dtype))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("tensor %s holds values of type %s where weights are expected"), self->name,
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
sf_tensor_info_read_some_f32 (const SfTensorInfo *self, gsize first, gsize n_values, float *values,
                              GError **error)
{
  float block[SF_DTYPE_MAX_BLOCK_VALUES];
  gsize block_values, done = 0;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (first <= self->n_values && n_values <= self->n_values - first, FALSE);

  if (!check_is_float (self, error))
    return FALSE;

  block_values = sf_dtype_block_values (self->dtype);
  while (done < n_values)
    {
      const gsize at = (first + done) % block_values;
      const gsize left = n_values - done;
      gsize n = left - left % block_values;

      if (at == 0 && n > 0)
        convert (self, first + done, n, values + done);
      else
        {
          n = MIN (left, block_values - at);
          convert (self, first + done - at, block_values, block);
          memcpy (values + done, block + at, n * sizeof (float));
        }
      done += n;
    }
  return TRUE;
}

gboolean
sf_tensor_info_read_f16 (const SfTensorInfo *self, guint16 *halves, GError **error)
{
  float chunk[CHUNK_VALUES];

  g_return_val_if_fail (self != NULL, FALSE);

  if (!check_is_float (self, error))
    return FALSE;
  for (gsize first = 0; first < self->n_values; first += CHUNK_VALUES)
    {
      gsize n_values = MIN (self->n_values - first, CHUNK_VALUES);

      convert (self, first, n_values, chunk);
      sf_half_from_floats (halves + first, chunk, n_values);
    }
  return TRUE;
}
