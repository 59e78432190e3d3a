/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-kernels.h"
#include "ops/sf-matrix-layout.h"

#include "base/sf-half.h"

#include <string.h>

static gsize
get_texel_count (const SfMatrixLayout *layout)
{
  return (gsize) layout->n_panels * layout->taps * layout->n_texels * layout->panel_columns;
}

guint64
sf_weight_get_bytes (const SfKernels *kernels, const SfWeightShape *shape)
{
  SfMatrixLayout layout = sf_matrix_layout (kernels, shape);
  SfShape table = { 1, 1, shape->rows, shape->columns };

  switch (shape->kind)
    {
    case SF_WEIGHT_VECTOR:
      return layout.columns * sizeof (float);
    case SF_WEIGHT_TABLE:
      return sf_shape_get_bytes (&table, kernels->format);
    case SF_WEIGHT_MATRIX:
      return (guint64) get_texel_count (&layout) * 16;
    default:
      g_return_val_if_reached (0);
    }
}

static void
store_values (const SfKernels *kernels, gpointer packed, gsize at, const float *values,
              gsize n_values)
{
  if (kernels->format == SF_FORMAT_F16)
    sf_half_from_floats ((guint16 *) packed + at, values, n_values);
  else
    memcpy ((float *) packed + at, values, n_values * sizeof (float));
}

static void
pack_vector (const SfMatrixLayout *layout, const SfWeightShape *shape, const float *values,
             float *packed)
{
  for (guint column = 0; column < layout->columns; column++)
    {
      gint64 source = sf_matrix_column_source (shape, column);

      packed[column] = source >= 0 ? values[source] : 0;
    }
}

static void
pack_table (const SfKernels *kernels, const SfWeightShape *shape, const float *values,
            gpointer packed)
{
  SfShape row = { 1, 1, 1, shape->columns };
  guint stored = sf_shape_get_stored_channels (&row);
  g_autofree float *padded = g_new0 (float, stored);

  for (gsize i = 0; i < shape->rows; i++)
    {
      memcpy (padded, values + i * shape->columns, shape->columns * sizeof (float));
      store_values (kernels, packed, i * stored, padded, stored);
    }
}

/* The rows of the weight that a panel's columns hold, in the order in which the lanes read them;
 * NULL where there is none. */
static void
find_panel_rows (const SfMatrixLayout *layout, const SfWeightShape *shape, const float *values,
                 guint panel, const float *rows[])
{
  guint lane_columns = layout->panel_columns / SF_LANES;

  for (guint i = 0; i < layout->panel_columns; i++)
    {
      guint place = i / SF_LANES, lane = i % SF_LANES;
      guint column = panel * layout->panel_columns + lane * lane_columns + place;
      gint64 source = sf_matrix_column_source (shape, column);

      rows[i] = source >= 0 ? values + (gsize) source * shape->columns * shape->taps : NULL;
    }
}

/* A texel of each of a panel's columns: the values at one tap, from a channel on. */
static void
gather_texels (const SfMatrixLayout *layout, const SfWeightShape *shape, const float *const rows[],
               guint tap, guint first_channel, float *texels)
{
  guint n_channels = first_channel < shape->columns
                         ? MIN (layout->texel_values, shape->columns - first_channel)
                         : 0;

  memset (texels, 0, layout->panel_columns * layout->texel_values * sizeof (float));
  for (guint i = 0; i < layout->panel_columns; i++, texels += layout->texel_values)
    for (guint c = 0; rows[i] != NULL && c < n_channels; c++)
      texels[c] = rows[i][(gsize) (first_channel + c) * shape->taps + tap];
}

static void
pack_matrix (const SfKernels *kernels, const SfMatrixLayout *layout, const SfWeightShape *shape,
             const float *values, gpointer packed)
{
  gsize n_values = layout->panel_columns * layout->texel_values;
  g_autofree const float **rows = g_new (const float *, layout->panel_columns);
  g_autofree float *texels = g_new (float, n_values);

  for (guint panel = 0; panel < layout->n_panels; panel++)
    {
      find_panel_rows (layout, shape, values, panel, rows);
      for (guint k = 0; k < layout->n_texels; k++)
        for (guint tap = 0; tap < layout->taps; tap++)
          {
            gsize block = ((gsize) panel * layout->taps + tap) * layout->n_texels + k;

            gather_texels (layout, shape, rows, tap, k * layout->texel_values, texels);
            store_values (kernels, packed, block * n_values, texels, n_values);
          }
    }
}

void
sf_weight_pack (const SfKernels *kernels, const SfWeightShape *shape, const float *values,
                gpointer packed)
{
  SfMatrixLayout layout = sf_matrix_layout (kernels, shape);

  switch (shape->kind)
    {
    case SF_WEIGHT_VECTOR:
      pack_vector (&layout, shape, values, packed);
      break;
    case SF_WEIGHT_TABLE:
      pack_table (kernels, shape, values, packed);
      break;
    case SF_WEIGHT_MATRIX:
      pack_matrix (kernels, &layout, shape, values, packed);
      break;
    default:
      g_return_if_reached ();
    }
}
