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

/* Values in a row of the unpacked weight. */
static gsize
get_row_values (const SfWeightShape *shape)
{
  return (gsize) MAX (shape->columns, 1) * MAX (shape->taps, 1);
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

/* Whether the file has the values as the device wants them. */
static gboolean
has_halves (const SfKernels *kernels, const SfWeightRows *rows)
{
  return G_BYTE_ORDER == G_LITTLE_ENDIAN && kernels->format == SF_FORMAT_F16
         && rows->halves != NULL;
}

static gboolean
pack_vector (const SfMatrixLayout *layout, const SfWeightShape *shape, const SfWeightRows *rows,
             float *packed, GError **error)
{
  g_autofree float *values = g_new (float, shape->rows);

  if (!rows->read (rows->data, 0, shape->rows, values, error))
    return FALSE;
  for (guint column = 0; column < layout->columns; column++)
    {
      gint64 source = sf_matrix_column_source (shape, column);

      packed[column] = source >= 0 ? values[source] : 0;
    }
  return TRUE;
}

static gboolean
pack_table (const SfKernels *kernels, const SfWeightShape *shape, const SfWeightRows *rows,
            gpointer packed, GError **error)
{
  SfShape row = { 1, 1, 1, shape->columns };
  guint stored = sf_shape_get_stored_channels (&row);
  g_autofree float *padded = g_new0 (float, stored);

  if (has_halves (kernels, rows) && stored == shape->columns)
    {
      memcpy (packed, rows->halves, (gsize) shape->rows * stored * sizeof (guint16));
      return TRUE;
    }
  for (guint i = 0; i < shape->rows; i++)
    {
      if (!rows->read (rows->data, i, 1, padded, error))
        return FALSE;
      store_values (kernels, packed, (gsize) i * stored, padded, stored);
    }
  return TRUE;
}

/* The column of a panel that stands at a place, in the order in which the lanes read them. */
static guint
get_panel_column (const SfMatrixLayout *layout, guint at)
{
  guint lane_columns = layout->panel_columns / SF_LANES;

  return at % SF_LANES * lane_columns + at / SF_LANES;
}

/* Where each of a panel's columns, in the order in which the lanes read them, begins: NULL where there is none.
 * @values: those of the whole weight, of @value_bytes each. */
static void
find_panel_rows (const SfMatrixLayout *layout, const SfWeightShape *shape, gconstpointer values,
                 gsize value_bytes, guint panel, const guint8 *found[])
{
  for (guint i = 0; i < layout->panel_columns; i++)
    {
      guint column = panel * layout->panel_columns + get_panel_column (layout, i);
      gint64 source = sf_matrix_column_source (shape, column);

      found[i] = source >= 0 ? (const guint8 *) values
                                   + (gsize) source * get_row_values (shape) * value_bytes
                             : NULL;
    }
}

/* The same of a panel that is read into @values, which has room for all its columns. */
static gboolean
read_panel_rows (const SfMatrixLayout *layout, const SfWeightShape *shape, const SfWeightRows *rows,
                 guint panel, float *values, const guint8 *found[], GError **error)
{
  const guint step = shape->interleave_halves ? 2 : 1;
  const guint run_columns = layout->panel_columns / step;
  const guint first_column = panel * layout->panel_columns;
  const gsize row_values = get_row_values (shape);

  /* Neighbouring rows are every column, or every other. */
  for (guint run = 0; run < step; run++)
    {
      gint64 first = sf_matrix_column_source (shape, first_column + run);
      guint n_rows = 0;

      while (n_rows < run_columns
             && sf_matrix_column_source (shape, first_column + n_rows * step + run) >= 0)
        n_rows++;
      if (n_rows > 0
          && !rows->read (rows->data, (guint) first, n_rows,
                          values + run * run_columns * row_values, error))
        return FALSE;
    }
  for (guint i = 0; i < layout->panel_columns; i++)
    {
      guint column = get_panel_column (layout, i);
      gsize row = column % step * run_columns + column / step;
      gboolean exists = sf_matrix_column_source (shape, first_column + column) >= 0;

      found[i] = exists ? (const guint8 *) (values + row * row_values) : NULL;
    }
  return TRUE;
}

/* A texel of each of a panel's columns: the values at one tap, from a channel on. */
static void
gather_texels (const SfMatrixLayout *layout, const SfWeightShape *shape,
               const guint8 *const columns[], gsize value_bytes, guint tap, guint first_channel,
               guint8 *texels)
{
  const guint n_channels = first_channel < shape->columns
                               ? MIN (layout->texel_values, shape->columns - first_channel)
                               : 0;
  const gsize texel_bytes = layout->texel_values * value_bytes;
  const gsize step = shape->taps * value_bytes;
  const gsize first = first_channel * step + tap * value_bytes;

  memset (texels, 0, layout->panel_columns * texel_bytes);
  for (guint i = 0; i < layout->panel_columns; i++, texels += texel_bytes)
    {
      if (columns[i] == NULL)
        continue;
      if (shape->taps == 1)
        memcpy (texels, columns[i] + first, n_channels * value_bytes);
      else if (value_bytes == sizeof (guint16))
        for (guint c = 0; c < n_channels; c++)
          memcpy (texels + c * sizeof (guint16), columns[i] + first + c * step, sizeof (guint16));
      else
        for (guint c = 0; c < n_channels; c++)
          memcpy (texels + c * sizeof (float), columns[i] + first + c * step, sizeof (float));
    }
}

static gboolean
pack_matrix (const SfKernels *kernels, const SfMatrixLayout *layout, const SfWeightShape *shape,
             const SfWeightRows *rows, gpointer packed, GError **error)
{
  const gboolean halves = has_halves (kernels, rows);
  const gsize value_bytes = halves ? sizeof (guint16) : sizeof (float);
  const gsize n_values = layout->panel_columns * layout->texel_values;
  g_autofree const guint8 **columns = g_new (const guint8 *, layout->panel_columns);
  g_autofree float *texels = g_new (float, n_values);
  g_autofree float *values = halves ? NULL
                                    : g_new (float, layout->panel_columns *get_row_values (shape));

  for (guint panel = 0; panel < layout->n_panels; panel++)
    {
      if (halves)
        find_panel_rows (layout, shape, rows->halves, value_bytes, panel, columns);
      else if (!read_panel_rows (layout, shape, rows, panel, values, columns, error))
        return FALSE;

      for (guint k = 0; k < layout->n_texels; k++)
        for (guint tap = 0; tap < layout->taps; tap++)
          {
            gsize at = (((gsize) panel * layout->taps + tap) * layout->n_texels + k) * n_values;
            guint8 *target = halves ? (guint8 *) packed + at * value_bytes : (guint8 *) texels;

            gather_texels (layout, shape, columns, value_bytes, tap, k * layout->texel_values,
                           target);
            if (!halves)
              store_values (kernels, packed, at, texels, n_values);
          }
    }
  return TRUE;
}

gboolean
sf_weight_pack (const SfKernels *kernels, const SfWeightShape *shape, const SfWeightRows *rows,
                gpointer packed, GError **error)
{
  SfMatrixLayout layout = sf_matrix_layout (kernels, shape);

  switch (shape->kind)
    {
    case SF_WEIGHT_VECTOR:
      return pack_vector (&layout, shape, rows, packed, error);
    case SF_WEIGHT_TABLE:
      return pack_table (kernels, shape, rows, packed, error);
    case SF_WEIGHT_MATRIX:
      return pack_matrix (kernels, &layout, shape, rows, packed, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}
