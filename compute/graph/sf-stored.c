/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/sf-stored.h"

#include "base/sf-half.h"

#include <string.h>

static gsize
count_values (const SfShape *shape)
{
  return sf_shape_get_rows (shape) * sf_shape_get_stored_channels (shape);
}

/* Takes @values, padded NHWC. */
static gpointer
from_padded (const SfShape *shape, SfFormat format, float *values)
{
  g_autofree float *owned = values;
  guint16 *halves;

  if (format == SF_FORMAT_F32)
    return g_steal_pointer (&owned);

  halves = g_new (guint16, count_values (shape));
  sf_half_from_floats (halves, values, count_values (shape));
  return halves;
}

/* Padded NHWC: @stored itself, or what @owned then holds. */
static const float *
to_padded (const SfShape *shape, SfFormat format, gconstpointer stored, float **owned)
{
  if (format == SF_FORMAT_F32)
    return stored;

  *owned = g_new (float, count_values (shape));
  sf_half_to_floats (*owned, stored, count_values (shape));
  return *owned;
}

gpointer
sf_stored_from_nchw (const SfShape *shape, SfFormat format, const float *values)
{
  gsize stored = sf_shape_get_stored_channels (shape),
        pixels = (gsize) shape->height * shape->width;
  float *nhwc = g_new0 (float, count_values (shape));

  for (gsize n = 0; n < shape->batch; n++)
    for (gsize c = 0; c < shape->channels; c++)
      for (gsize p = 0; p < pixels; p++)
        nhwc[(n * pixels + p) * stored + c] = values[(n * shape->channels + c) * pixels + p];

  return from_padded (shape, format, nhwc);
}

gpointer
sf_stored_from_rows (const SfShape *shape, SfFormat format, const float *values)
{
  gsize n_rows = sf_shape_get_rows (shape), channels = shape->channels;
  gsize stored = sf_shape_get_stored_channels (shape);
  float *padded = g_new0 (float, count_values (shape));

  for (gsize row = 0; row < n_rows; row++)
    memcpy (padded + row * stored, values + row * channels, channels * sizeof *values);

  return from_padded (shape, format, padded);
}

SfArray *
sf_stored_to_nchw (const SfShape *shape, SfFormat format, gconstpointer stored_values)
{
  gsize stored = sf_shape_get_stored_channels (shape),
        pixels = (gsize) shape->height * shape->width;
  g_autofree float *owned = NULL;
  const float *nhwc = to_padded (shape, format, stored_values, &owned);
  SfArray *array = sf_array (shape->batch, shape->channels, shape->height, shape->width);

  for (gsize n = 0; n < shape->batch; n++)
    for (gsize c = 0; c < shape->channels; c++)
      for (gsize p = 0; p < pixels; p++)
        array->data[(n * shape->channels + c) * pixels + p] = nhwc[(n * pixels + p) * stored + c];

  return array;
}

SfArray *
sf_stored_to_rows (const SfShape *shape, SfFormat format, gconstpointer stored_values)
{
  gsize n_rows = sf_shape_get_rows (shape), stored = sf_shape_get_stored_channels (shape);
  g_autofree float *owned = NULL;
  const float *padded = to_padded (shape, format, stored_values, &owned);
  SfArray *array = sf_array (shape->batch, (gsize) shape->height * shape->width, shape->channels);

  for (gsize row = 0; row < n_rows; row++)
    memcpy (array->data + row * shape->channels, padded + row * stored,
            shape->channels * sizeof (float));

  return array;
}
