#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require

/* The product of matrix_shared.comp for devices whose subgroups multiply matrices: halves into f32 sums. Each of the
 * workgroup's 4 subgroups has a quarter of the tile's rows and all its columns, cut into matrices of the device's size. The
 * next operands are on their way from memory while the subgroups multiply. Sums leave by way of shared memory, a matrix at
 * a time, since only there it is known where an element lies.
 *
 * Shared memory: 80 (tile's rows + 64) + 16 ROWS · COLUMNS bytes, 19 KiB at most. */

#include "matrix.glsl"

#define SUBGROUPS 4u

layout (local_size_x_id = 3) in;

layout (constant_id = 3) const uint THREADS = 128; /* of a workgroup */
layout (constant_id = 4) const uint TILE_ROWS = 64;
/* of the device's matrices: ROWS × DEPTH by DEPTH × COLUMNS */
layout (constant_id = 5) const uint ROWS = 16;
layout (constant_id = 6) const uint COLUMNS = 16;
layout (constant_id = 7) const uint DEPTH = 16;

const uint STEP = 4;

#include "matrix_stage.glsl"

const uint ROW_MATRICES = TILE_ROWS / SUBGROUPS / ROWS;
const uint COLUMN_MATRICES = PANEL_COLUMNS / COLUMNS;
const uint DEPTH_TEXELS = DEPTH / TEXEL_VALUES;
const uint PITCH = STEP + 1u; /* odd, so that neighbouring rows lie in different banks */

/* [row or column][place in the step] */
shared uvec4 row_stage[TILE_ROWS * PITCH];
shared uvec4 column_stage[PANEL_COLUMNS * PITCH];
/* [subgroup][row][column] */
shared float result[SUBGROUPS * ROWS * COLUMNS];

/* Where the packed order has a column, and the other way round. */
uint
position_of_column (uint column)
{
  return column % 8u * 8u + column / 8u;
}

void
main ()
{
  uint first_row = (gl_WorkGroupID.y * grid_width + gl_WorkGroupID.x) * TILE_ROWS;
  uint panel = gl_WorkGroupID.z, thread = gl_LocalInvocationIndex;
  if (first_row >= rows)
    return;

  coopmat<float, gl_ScopeSubgroup, ROWS, COLUMNS, gl_MatrixUseAccumulator> sums[ROW_MATRICES * COLUMN_MATRICES];
  [[unroll]] for (uint i = 0u; i < ROW_MATRICES * COLUMN_MATRICES; i++)
    sums[i] = coopmat<float, gl_ScopeSubgroup, ROWS, COLUMNS, gl_MatrixUseAccumulator> (0.0);

  begin_rows (first_row);
  /* A driver may take smaller subgroups for matrices than it reports: then some have nothing to do. */
  bool has_rows = gl_SubgroupID < SUBGROUPS;
  uint own_row = gl_SubgroupID * ROW_MATRICES * ROWS;
  uvec4 row_texels[ROW_LOADS], column_texels[COLUMN_LOADS];
  uint n_steps = (kernel * kernel * in_texels + STEP - 1u) / STEP;
  for (uint step = 0u; step <= n_steps; step++)
    {
      if (step < n_steps)
        {
          [[unroll]] for (uint i = 0u; i < ROW_LOADS; i++)
            row_texels[i] = fetch_row (i);
          [[unroll]] for (uint i = 0u; i < COLUMN_LOADS; i++)
            {
              uint at = thread + THREADS * i;
              column_texels[i] = fetch_column (panel, step * STEP + at / PANEL_COLUMNS,
                                               position_of_column (at % PANEL_COLUMNS));
            }
          advance_rows (STEP);
        }

      if (step > 0u)
        {
          [[dont_unroll]] for (uint k = 0u; k < STEP && has_rows; k += DEPTH_TEXELS)
            {
              coopmat<float16_t, gl_ScopeSubgroup, ROWS, DEPTH, gl_MatrixUseA> own_rows[ROW_MATRICES];
              [[unroll]] for (uint i = 0u; i < ROW_MATRICES; i++)
                coopMatLoad (own_rows[i], row_stage, (own_row + i * ROWS) * PITCH + k, PITCH,
                             gl_CooperativeMatrixLayoutRowMajor);
              [[unroll]] for (uint j = 0u; j < COLUMN_MATRICES; j++)
                {
                  coopmat<float16_t, gl_ScopeSubgroup, DEPTH, COLUMNS, gl_MatrixUseB> columns;
                  coopMatLoad (columns, column_stage, j * COLUMNS * PITCH + k, PITCH,
                               gl_CooperativeMatrixLayoutColumnMajor);
                  [[unroll]] for (uint i = 0u; i < ROW_MATRICES; i++)
                    sums[i * COLUMN_MATRICES + j] = coopMatMulAdd (own_rows[i], columns,
                                                                   sums[i * COLUMN_MATRICES + j]);
                }
            }
          barrier ();
        }

      if (step < n_steps)
        {
          [[unroll]] for (uint i = 0u; i < ROW_LOADS; i++)
            if (row_of_load (i) < TILE_ROWS)
              row_stage[row_of_load (i) * PITCH + place_of_loads ()] = row_texels[i];
          [[unroll]] for (uint i = 0u; i < COLUMN_LOADS; i++)
            {
              uint at = thread + THREADS * i;
              if (at < STEP * PANEL_COLUMNS)
                column_stage[at % PANEL_COLUMNS * PITCH + at / PANEL_COLUMNS] = column_texels[i];
            }
          barrier ();
        }
    }

  if (!has_rows)
    return;

  uint result_at = gl_SubgroupID * ROWS * COLUMNS;
  [[unroll]] for (uint i = 0u; i < ROW_MATRICES; i++)
    [[unroll]] for (uint j = 0u; j < COLUMN_MATRICES; j++)
      {
        coopMatStore (sums[i * COLUMN_MATRICES + j], result, result_at, COLUMNS, gl_CooperativeMatrixLayoutRowMajor);
        subgroupBarrier ();
        for (uint at = gl_SubgroupInvocationID; at < ROWS * COLUMNS / 8u; at += gl_SubgroupSize)
          {
            uint row = first_row + own_row + i * ROWS + at / (COLUMNS / 8u);
            uint group = panel * PANEL_GROUPS + j * COLUMNS / 8u + at % (COLUMNS / 8u);
            uint from = result_at + at * 8u;
            Group offset = fetch_bias (group);
            Group value = Group (vec4 (result[from], result[from + 1u], result[from + 2u], result[from + 3u])
                                     + offset.low,
                                 vec4 (result[from + 4u], result[from + 5u], result[from + 6u], result[from + 7u])
                                     + offset.high);
            finish (row, row / (out_width * out_height), group, value);
          }
        subgroupBarrier ();
      }
}
