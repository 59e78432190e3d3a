#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

/* Some panels of a packed 3×3 weight (see sf-matrix-layout.h) become 36 packed f32 weights of one tap:
 *
 *   [point][panel][quad of the input channels][place in the lane][lane]
 *
 * An invocation takes one texel of the input channels in one column. */

#include "operands.glsl"
#include "flat.glsl"
#include "winograd.glsl"

layout (push_constant) uniform Push
{
  uint texels; /* of the input channels */
  uint first_panel;
  uint panels;
  uint grid_width;
};

OPERAND (0, Weight, weight);
layout (binding = 1) writeonly restrict buffer Result { vec4 result[]; };

const uint PANEL_COLUMNS = 64u;

void
main ()
{
  uint index = FLAT_INDEX (grid_width);
  if (index >= panels * texels * PANEL_COLUMNS)
    return;

  uint column = index % PANEL_COLUMNS, block = index / PANEL_COLUMNS;
  uint panel = block / texels, at = block - panel * texels;

  Texel taps[9];
  [[unroll]] for (uint tap = 0u; tap < 9u; tap++)
    taps[tap] = FETCH (weight, (((first_panel + panel) * 9u + tap) * texels + at) * PANEL_COLUMNS + column);

  [[unroll]] for (uint part = 0u; part < TEXEL_VALUES / 4u; part++)
    {
      vec4 rows[6][3];
      [[unroll]] for (int x = 0; x < 3; x++)
        {
          vec4 taps_of_column[3], points[6];
          [[unroll]] for (int y = 0; y < 3; y++)
            taps_of_column[y] = TEXEL_QUAD (taps[3 * y + x], part);
          winograd_weight (taps_of_column, points);
          [[unroll]] for (int y = 0; y < WINOGRAD_IN; y++)
            rows[y][x] = points[y];
        }

      uint quad = at * (TEXEL_VALUES / 4u) + part, quads = texels * (TEXEL_VALUES / 4u);
      [[unroll]] for (uint y = 0u; y < WINOGRAD_IN; y++)
        {
          vec4 points[6];
          winograd_weight (rows[y], points);
          [[unroll]] for (uint x = 0u; x < WINOGRAD_IN; x++)
            result[(((y * WINOGRAD_IN + x) * panels + panel) * quads + quad) * PANEL_COLUMNS + column] = points[x];
        }
    }
}
