#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

/* Convolution as a matrix product that gathers its rows while it runs, and the linear layer as
 * its case of one tap: a row is a pixel of the output, a column an output channel.
 *
 * A unit's tile is 16 rows × 64 columns, of which a lane owns 8 neighbouring columns. NARROW, for at
 * most 8 columns: 32 rows × 8 columns, and a lane owns 4 rows. The weights are packed in the order
 * in which the lanes read them, see sf-matrix-layout.h, which has the measure of the tiles too. */

#ifndef NARROW
#define SHARED 16
#endif

#include "matrix.glsl"
#include "lanes.glsl"

#ifdef NARROW
#define OWN 4
#define TILE_ROWS 32u
#define PANEL_GROUPS 1u
#define ROW_LOADS OWN
#define ROW(load) (LANES * uint (load) + LANE)
#else
#define OWN 8
#define TILE_ROWS uint (SHARED)
#define PANEL_GROUPS 8u
#define ROW_LOADS SHARED_LOADS
#define ROW(load) SHARED_INDEX (load)
#endif

#include "matrix_tile.glsl"

void
main ()
{
  uint first_row = (gl_WorkGroupID.y * grid_width * UNITS + UNIT) * TILE_ROWS;
  uint panel = gl_WorkGroupID.z;
  if (first_row >= rows)
    return;

  Place places[ROW_LOADS];
  [[unroll]] for (int i = 0; i < ROW_LOADS; i++)
    places[i] = find_place (first_row + ROW (i));

  float sums[SHARED][OWN];
  [[unroll]] for (int i = 0; i < SHARED; i++)
    [[unroll]] for (int j = 0; j < OWN; j++)
      sums[i][j] = 0.0;

  uint weight_at = panel * kernel * kernel * in_texels * LANES * PANEL_GROUPS;
  for (uint tap_y = 0u; tap_y < kernel; tap_y++)
    for (uint tap_x = 0u; tap_x < kernel; tap_x++)
      {
        int starts[ROW_LOADS];
        [[unroll]] for (int i = 0; i < ROW_LOADS; i++)
          starts[i] = find_texel (places[i], tap_y, tap_x);

        for (int k = 0; k < int (in_texels); k++)
          {
            Texel row_texels[ROW_LOADS];
            [[unroll]] for (int i = 0; i < ROW_LOADS; i++)
              {
                Texel texel = FETCH (x, max (starts[i], 0) + k);
                row_texels[i] = starts[i] >= 0 ? texel : Texel (0);
              }

#ifdef NARROW
            Texel column_texels[SHARED_LOADS];
            [[unroll]] for (int i = 0; i < SHARED_LOADS; i++)
              column_texels[i] = FETCH (weight, weight_at + SHARED_INDEX (i));
            accumulate (sums, column_texels, row_texels);
#else
            Texel column_texels[OWN];
            [[unroll]] for (int j = 0; j < OWN; j++)
              column_texels[j] = FETCH (weight, weight_at + LANES * uint (j) + LANE);
            accumulate (sums, row_texels, column_texels);
#endif
            weight_at += LANES * PANEL_GROUPS;
          }
      }

#ifdef NARROW
  uint group = 0u;
#else
  uint group = panel * PANEL_GROUPS + LANE;
#endif
  Group offset = FETCH_VECTOR_GROUP (bias, has_bias != 0u ? min (group, out_groups - 1u) : 0u);
  if (has_bias == 0u)
    offset = Group (vec4 (0.0), vec4 (0.0));

#ifdef NARROW
  [[unroll]] for (int j = 0; j < OWN; j++)
    {
      Group value = Group (vec4 (sums[0][j], sums[1][j], sums[2][j], sums[3][j]) + offset.low,
                           vec4 (sums[4][j], sums[5][j], sums[6][j], sums[7][j]) + offset.high);
      finish (first_row + ROW (j), places[j].image, group, value);
    }
#else
  uint images[SHARED_LOADS];
  [[unroll]] for (int i = 0; i < SHARED_LOADS; i++)
    images[i] = places[i].image;
  uint spread[SHARED] = SPREAD (uint, images);
  [[unroll]] for (int i = 0; i < SHARED; i++)
    {
      Group value = Group (vec4 (sums[i][0], sums[i][1], sums[i][2], sums[i][3]) + offset.low,
                           vec4 (sums[i][4], sums[i][5], sums[i][6], sums[i][7]) + offset.high);
      finish (first_row + uint (i), spread[i], group, value);
    }
#endif
}
