#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

/* The product of matrix.comp for graphics processors. A workgroup's tile has ROW_THREADS · OWN_ROWS rows and the 64
 * columns of a panel; its operands go through shared memory, STEP texels at a time, of which the next are on their way
 * from memory while it multiplies. A thread owns 8 neighbouring columns, which lie side by side in the packed order of the
 * threads, and every ROW_THREADS-th row: neighbouring threads read neighbouring texels of shared memory, or the same.
 *
 * Nothing depends on the size of subgroups. Shared memory: 32 (tile's rows + 64) STEP bytes. */

#include "matrix.glsl"

#define COLUMN_THREADS 8u
#define OWN_COLUMNS 8u

layout (local_size_x = 8, local_size_y_id = 3) in;

layout (constant_id = 3) const uint ROW_THREADS = 8;
layout (constant_id = 4) const uint OWN_ROWS = 8;
layout (constant_id = 5) const uint STEP = 2;

const uint THREADS = COLUMN_THREADS * ROW_THREADS;
const uint TILE_ROWS = ROW_THREADS * OWN_ROWS;

#include "matrix_stage.glsl"

/* [buffer][place in the step][row], and [buffer][place in the step][position in the panel] */
shared Texel row_stage[2u * STEP * TILE_ROWS];
shared Texel column_stage[2u * STEP * PANEL_COLUMNS];

void
main ()
{
  uint first_row = (gl_WorkGroupID.y * grid_width + gl_WorkGroupID.x) * TILE_ROWS;
  uint panel = gl_WorkGroupID.z, thread = gl_LocalInvocationIndex;
  uint column_thread = gl_LocalInvocationID.x, row_thread = gl_LocalInvocationID.y;
  if (first_row >= rows)
    return;

  float sums[OWN_ROWS][OWN_COLUMNS];
  [[unroll]] for (uint i = 0u; i < OWN_ROWS; i++)
    [[unroll]] for (uint j = 0u; j < OWN_COLUMNS; j++)
      sums[i][j] = 0.0;

  begin_rows (first_row);
  Texel row_texels[ROW_LOADS], column_texels[COLUMN_LOADS];
  uint n_steps = (kernel * kernel * in_texels + STEP - 1u) / STEP;
  for (uint step = 0u; step <= n_steps; step++)
    {
      uint into = (step & 1u) * STEP, from = STEP - into;
      if (step < n_steps)
        {
          [[unroll]] for (uint i = 0u; i < ROW_LOADS; i++)
            row_texels[i] = fetch_row (i);
          [[unroll]] for (uint i = 0u; i < COLUMN_LOADS; i++)
            {
              uint at = thread + THREADS * i;
              column_texels[i] = fetch_column (panel, step * STEP + at / PANEL_COLUMNS, at % PANEL_COLUMNS);
            }
          advance_rows (STEP);
        }

      if (step > 0u)
        [[dont_unroll]] for (uint k = 0u; k < STEP; k++)
          {
            uint row_at = (from + k) * TILE_ROWS + row_thread;
            uint column_at = (from + k) * PANEL_COLUMNS + column_thread;
            Texel own_rows[OWN_ROWS], own_columns[OWN_COLUMNS];
            [[unroll]] for (uint i = 0u; i < OWN_ROWS; i++)
              own_rows[i] = row_stage[row_at + ROW_THREADS * i];
            [[unroll]] for (uint j = 0u; j < OWN_COLUMNS; j++)
              own_columns[j] = column_stage[column_at + COLUMN_THREADS * j];

            [[unroll]] for (int pair = 0; pair < TEXEL_PAIRS; pair++)
              {
                vec2 column_pairs[OWN_COLUMNS];
                [[unroll]] for (uint j = 0u; j < OWN_COLUMNS; j++)
                  column_pairs[j] = TEXEL_PAIR (own_columns[j], pair);
                [[unroll]] for (uint i = 0u; i < OWN_ROWS; i++)
                  {
                    vec2 row_pair = TEXEL_PAIR (own_rows[i], pair);
                    [[unroll]] for (uint j = 0u; j < OWN_COLUMNS; j++)
                      {
                        sums[i][j] += row_pair.x * column_pairs[j].x;
                        sums[i][j] += row_pair.y * column_pairs[j].y;
                      }
                  }
              }
          }

      if (step < n_steps)
        {
          [[unroll]] for (uint i = 0u; i < ROW_LOADS; i++)
            row_stage[(into + place_of_loads ()) * TILE_ROWS + row_of_load (i)] = row_texels[i];
          [[unroll]] for (uint i = 0u; i < COLUMN_LOADS; i++)
            {
              uint at = thread + THREADS * i;
              if (at < STEP * PANEL_COLUMNS)
                column_stage[into * PANEL_COLUMNS + at] = column_texels[i];
            }
          barrier ();
        }
    }

  uint group = panel * PANEL_GROUPS + column_thread;
  Group offset = fetch_bias (group);
  [[unroll]] for (uint i = 0u; i < OWN_ROWS; i++)
    {
      uint row = first_row + row_thread + ROW_THREADS * i;
      Group value = Group (vec4 (sums[i][0], sums[i][1], sums[i][2], sums[i][3]) + offset.low,
                           vec4 (sums[i][4], sums[i][5], sums[i][6], sums[i][7]) + offset.high);
      finish (row, row / (out_width * out_height), group, value);
    }
}
