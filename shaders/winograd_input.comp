#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

/* Some tiles of a picture, 6 × 6 pixels that overlap by 2, become 36 matrices of f32:
 *
 *   [point][tile][quad of the channels]
 *
 * An invocation takes one texel of the channels in one tile. */

#include "operands.glsl"
#include "flat.glsl"
#include "winograd.glsl"

layout (push_constant) uniform Push
{
  uint height; /* of the picture, enlarged if upsample */
  uint width;
  uint texels; /* of the channels */
  uint tiles_y;
  uint tiles_x;
  uint first_tile;
  uint tiles;
  uint upsample; /* 1: every stored pixel counts twice in both directions */
  uint grid_width;
};

OPERAND (0, X, x);
layout (binding = 1) writeonly restrict buffer Result { vec4 result[]; };

void
main ()
{
  uint index = FLAT_INDEX (grid_width);
  if (index >= tiles * texels)
    return;

  uint tile = index / texels, at = index - tile * texels;
  uint line = (first_tile + tile) / tiles_x, image = line / tiles_y;
  int left = int ((first_tile + tile - line * tiles_x) * WINOGRAD_OUT) - 1;
  int top = int ((line - image * tiles_y) * WINOGRAD_OUT) - 1;

  vec4 rows[TEXEL_VALUES / 4u][6][6];
  [[unroll]] for (int column = 0; column < WINOGRAD_IN; column++)
    {
      Texel pixels[6];
      int px = left + column;
      [[unroll]] for (int row = 0; row < WINOGRAD_IN; row++)
        {
          int py = top + row;
          bool inside = px >= 0 && px < int (width) && py >= 0 && py < int (height);
          uint pixel = (image * (height >> upsample) + (uint (max (py, 0)) >> upsample)) * (width >> upsample)
                       + (uint (max (px, 0)) >> upsample);
          Texel texel = FETCH (x, inside ? pixel * texels + at : at);
          pixels[row] = inside ? texel : Texel (0);
        }
      [[unroll]] for (uint part = 0u; part < TEXEL_VALUES / 4u; part++)
        {
          vec4 values[6], points[6];
          [[unroll]] for (int row = 0; row < WINOGRAD_IN; row++)
            values[row] = TEXEL_QUAD (pixels[row], part);
          winograd_input (values, points);
          [[unroll]] for (int row = 0; row < WINOGRAD_IN; row++)
            rows[part][row][column] = points[row];
        }
    }

  uint quads = texels * (TEXEL_VALUES / 4u);
  [[unroll]] for (uint part = 0u; part < TEXEL_VALUES / 4u; part++)
    [[unroll]] for (uint row = 0u; row < WINOGRAD_IN; row++)
      {
        vec4 points[6];
        winograd_input (rows[part][row], points);
        [[unroll]] for (uint column = 0u; column < WINOGRAD_IN; column++)
          result[((row * WINOGRAD_IN + column) * tiles + tile) * quads + at * (TEXEL_VALUES / 4u) + part] =
              points[column];
      }
}
