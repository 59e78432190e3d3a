/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-op.h"

G_BEGIN_DECLS

/* How the matrix kernels want a weight, and the tiles they work in; a function of the
 * kernels and the weight's shape alone.
 *
 * The packed columns (output channels, with GEGLU value and gate in turns) are cut into panels. A panel
 * holds its texels of 4 floats or 8 halves along the input channels as
 *
 *   [panel][tap][texel of the input channels][place in the lane][lane]
 *
 * so that neighbouring lanes read neighbouring texels. Lane l of a panel owns the 8 columns from 8 l on; in a
 * narrow panel, of at most 8 columns, the column l. Columns and channels that do not exist are zeros.
 *
 * GFLOP/s of two Zen 3 cores, 128 × 640 × 1280, rows × columns of a unit's tile, best of each in bold:
 *
 *                            8×32    8×64    8×80    16×64   4×64
 *   Mesa 22.3 direct f32     35.8   *43.6*   -       43.8    35.3
 *   Mesa 22.3 direct f16     40.8    35.1    35.7    34.0   *41.2*
 *   Mesa 25.0 broadcast f32  46.1   *47.1*   44.7    -       -
 *   Mesa 25.0 broadcast f16  52.3   *55.7*   -       -       -
 */
typedef struct
{
  gboolean narrow;
  guint
      columns; /* stored packed columns: output channels, with GEGLU twice as many, zeros included */
  guint panel_columns; /* 64, narrow 8 */
  guint n_panels;
  guint tile_rows; /* rows of a unit's tile */
  guint taps;
  guint n_texels;     /* of the input channels */
  guint texel_values; /* 4 or 8 */
} SfMatrixLayout;

SfMatrixLayout sf_matrix_layout (const SfKernels *kernels, const SfWeightShape *shape);

/* The row of the unpacked weight that a packed column holds, or -1. */
gint64 sf_matrix_column_source (const SfWeightShape *shape, guint column);

G_END_DECLS
