/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "samplers/sf-noise.h"

typedef struct
{
  gsize n_columns;
  gsize length;
  gsize stride; /* between values of a column */
} Columns;

static gsize
column_offset (const Columns *columns, gsize column)
{
  return column / columns->stride * columns->stride * columns->length + column % columns->stride;
}

/* The cosine of the angle between column @column of @x and of @y. */
static double
cosine (const Columns *columns, gsize column, const SfArray *x, const SfArray *y)
{
  const gsize offset = column_offset (columns, column);
  double product = 0.0, x_squares = 0.0, y_squares = 0.0;

  for (gsize k = 0; k < columns->length; k++)
    {
      double x_value = x->data[offset + k * columns->stride];
      double y_value = y->data[offset + k * columns->stride];

      product += x_value * y_value;
      x_squares += x_value * x_value;
      y_squares += y_value * y_value;
    }

  return CLAMP (product / sqrt (x_squares * y_squares), -1.0, 1.0);
}

void
sf_noise_mix (SfArray *x, const SfArray *variation, double strength)
{
  const double parallel = 0.9995;
  const double least_sine = 1e-6; /* columns of one value are always parallel */
  Columns columns;
  double sum = 0.0;
  gboolean is_parallel;

  g_return_if_fail (x->n_dims >= 2 && x->n_values == variation->n_values && x->n_values > 0);

  columns.length = x->dims[x->n_dims - 2];
  columns.stride = x->dims[x->n_dims - 1];
  columns.n_columns = x->n_values / columns.length;

  for (gsize column = 0; column < columns.n_columns; column++)
    sum += cosine (&columns, column, x, variation);
  is_parallel = sum / columns.n_columns > parallel;

  for (gsize column = 0; column < columns.n_columns; column++)
    {
      double angle = acos (cosine (&columns, column, x, variation));
      double x_share = 1.0 - strength;
      double variation_share = strength;

      if (sin (angle) > least_sine)
        {
          x_share = sin ((1.0 - strength) * angle) / sin (angle);
          variation_share = sin (strength * angle) / sin (angle);
        }
      if (is_parallel)
        {
          x_share = strength;
          variation_share = 1.0 - strength;
        }

      for (gsize k = 0; k < columns.length; k++)
        {
          gsize i = column_offset (&columns, column) + k * columns.stride;

          x->data[i] = (float) (x_share * x->data[i] + variation_share * variation->data[i]);
        }
    }
}
