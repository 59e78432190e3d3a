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
 * GFLOP/s of two Zen 4 cores (CPU time), 96 × 640 × 5760, rows × columns of a unit's tile:
 *
 *                            4×64    8×64    12×64   16×64   24×64   32×64
 *   Mesa 22.3 direct f32     58.8    60.6    65.9    68.1    61.5    54.1
 *   Mesa 22.3 direct f16     47.6    67.5    74.3    76.4    64.0    63.6
 *   Mesa 25.0 broadcast f32  -       33.2    37.1    41.7    51.1    51.9
 *   Mesa 25.0 broadcast f16  -       42.9    53.4    60.9    61.0    64.5
 *
 * A fetch from a texel buffer is a call of some 60 instructions: larger tiles have fewer for each product. Past 16 rows
 * compiling takes seconds.
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
