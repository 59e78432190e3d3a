/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-matrix-layout.h"

#include "ops/sf-kernels.h"

#define PANEL_COLUMNS 64
#define TILE_ROWS 16
#define NARROW_PANEL_COLUMNS 8
#define NARROW_TILE_ROWS 32

static guint
round_up (guint n, guint step)
{
  return (n + step - 1) / step * step;
}

SfMatrixLayout
sf_matrix_layout (const SfKernels *kernels, const SfWeightShape *shape)
{
  guint texel_values = sf_format_get_texel_values (kernels->format);
  guint columns = shape->interleave_halves ? 2 * round_up (shape->rows / 2, SF_CHANNEL_GROUP)
                                           : round_up (shape->rows, SF_CHANNEL_GROUP);
  gboolean narrow = columns <= NARROW_PANEL_COLUMNS;
  guint panel_columns = narrow ? NARROW_PANEL_COLUMNS : PANEL_COLUMNS;

  return (SfMatrixLayout){
    .narrow = narrow,
    .columns = columns,
    .panel_columns = panel_columns,
    .n_panels = (columns + panel_columns - 1) / panel_columns,
    .tile_rows = narrow ? NARROW_TILE_ROWS : TILE_ROWS,
    .taps = shape->taps,
    .n_texels = round_up (shape->columns, SF_CHANNEL_GROUP) / texel_values,
    .texel_values = texel_values,
  };
}

gint64
sf_matrix_column_source (const SfWeightShape *shape, guint column)
{
  guint half = shape->rows / 2;

  if (shape->interleave_halves)
    return column / 2 < half ? (gint64) (column % 2) * half + column / 2 : -1;
  return column < shape->rows ? (gint64) column : -1;
}
