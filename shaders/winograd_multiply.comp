#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

/* 36 matrix products of what winograd_input.comp and winograd_weight.comp made, in f32:
 *
 *   [point][tile][quad of the panels' columns]
 *
 * A unit's tile is as in matrix.comp, with 32 rows where that is cheap to have: with BROADCAST. */

#ifdef BROADCAST
#define SHARED 32
#else
#define SHARED 16
#endif
#define OWN 8

#include "operands.glsl"
#include "lanes.glsl"
#include "matrix_tile.glsl"

layout (push_constant) uniform Push
{
  uint tiles;
  uint quads; /* of the input channels */
  uint panels;
};

OPERAND (0, X, x);
OPERAND (1, Weight, weight);
RESULT (2, Y, y);

const uint PANEL_COLUMNS = 64u;

void
main ()
{
  uint first_row = UNIT * uint (SHARED), point = gl_WorkGroupID.y, panel = gl_WorkGroupID.z;
  if (first_row >= tiles)
    return;

  uint starts[SHARED_LOADS];
  [[unroll]] for (int i = 0; i < SHARED_LOADS; i++)
    starts[i] = (point * tiles + min (first_row + SHARED_INDEX (i), tiles - 1u)) * quads;

  float sums[SHARED][OWN];
  [[unroll]] for (int i = 0; i < SHARED; i++)
    [[unroll]] for (int j = 0; j < OWN; j++)
      sums[i][j] = 0.0;

  uint weight_at = (point * panels + panel) * quads * PANEL_COLUMNS + LANE;
  for (uint k = 0u; k < quads; k++)
    {
      Texel row_texels[SHARED_LOADS], column_texels[OWN];
      [[unroll]] for (int i = 0; i < SHARED_LOADS; i++)
        row_texels[i] = FETCH (x, starts[i] + k);
      [[unroll]] for (int j = 0; j < OWN; j++)
        column_texels[j] = FETCH (weight, weight_at + LANES * uint (j));
      accumulate (sums, row_texels, column_texels);
      weight_at += PANEL_COLUMNS;
    }

  [[unroll]] for (int i = 0; i < SHARED; i++)
    {
      uint row = first_row + uint (i);
      uint to = ((point * tiles + row) * panels + panel) * (PANEL_COLUMNS / 4u) + 2u * LANE;
      if (row < tiles)
        {
          STORE_QUAD (y, to, vec4 (sums[i][0], sums[i][1], sums[i][2], sums[i][3]));
          STORE_QUAD (y, to + 1u, vec4 (sums[i][4], sums[i][5], sums[i][6], sums[i][7]));
        }
    }
}
