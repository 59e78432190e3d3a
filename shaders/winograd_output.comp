#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

/* What winograd_multiply.comp made becomes tiles of 4 × 4 pixels of the output. An invocation takes
 * a group of 8 columns in one tile. */

#include "operands.glsl"
#include "activation.glsl"
#include "flat.glsl"
#include "winograd.glsl"

layout (constant_id = 0) const uint ACTIVATION = 0;
layout (constant_id = 1) const uint HAS_CHANNEL_BIAS = 0;
layout (constant_id = 2) const uint HAS_RESIDUAL = 0;

layout (push_constant) uniform Push
{
  uint height;
  uint width;
  uint out_groups;
  uint tiles_y;
  uint tiles_x;
  uint first_tile;
  uint tiles;
  uint first_group;  /* of the panels */
  uint panel_groups; /* of all panels */
  uint has_bias;
  uint grid_width;
};

VECTOR (0, Products, products);
VECTOR (1, Bias, bias);
OPERAND (2, ChannelBias, channel_bias);
OPERAND (3, Residual, residual);
RESULT (4, Y, y);

void
main ()
{
  uint index = FLAT_INDEX (grid_width);
  uint tile = index / panel_groups, panel_group = index - tile * panel_groups;
  uint group = first_group + panel_group;
  if (tile >= tiles || group >= out_groups)
    return;

  uint line = (first_tile + tile) / tiles_x, image = line / tiles_y;
  uint left = (first_tile + tile - line * tiles_x) * WINOGRAD_OUT;
  uint top = (line - image * tiles_y) * WINOGRAD_OUT;

  Group offset = FETCH_VECTOR_GROUP (bias, has_bias != 0u ? group : 0u);
  if (has_bias == 0u)
    offset = Group (vec4 (0.0), vec4 (0.0));
  if (HAS_CHANNEL_BIAS != 0u)
    {
      Group more = FETCH_GROUP (channel_bias, image * out_groups + group);
      offset.low += more.low;
      offset.high += more.high;
    }

  vec4 values[2][4][4];
  [[unroll]] for (uint part = 0u; part < 2u; part++)
    {
      vec4 rows[4][6];
      [[unroll]] for (uint column = 0u; column < WINOGRAD_IN; column++)
        {
          vec4 points[6], pixels[4];
          [[unroll]] for (uint row = 0u; row < WINOGRAD_IN; row++)
            points[row] = FETCH (products, (((row * WINOGRAD_IN + column) * tiles + tile) * panel_groups
                                            + panel_group) * 2u + part);
          winograd_output (points, pixels);
          [[unroll]] for (int row = 0; row < WINOGRAD_OUT; row++)
            rows[row][column] = pixels[row];
        }
      [[unroll]] for (int row = 0; row < WINOGRAD_OUT; row++)
        {
          vec4 pixels[4];
          winograd_output (rows[row], pixels);
          values[part][row] = pixels;
        }
    }

  [[unroll]] for (uint row = 0u; row < WINOGRAD_OUT; row++)
    [[unroll]] for (uint column = 0u; column < WINOGRAD_OUT; column++)
      if (top + row < height && left + column < width)
        {
          uint to = ((image * height + top + row) * width + left + column) * out_groups + group;
          Group value = Group (values[0][row][column] + offset.low, values[1][row][column] + offset.high);
          value.low = activate (value.low, ACTIVATION);
          value.high = activate (value.high, ACTIVATION);
          if (HAS_RESIDUAL != 0u)
            {
              Group more = FETCH_GROUP (residual, to);
              value.low += more.low;
              value.high += more.high;
            }
          STORE_GROUP (y, to, value);
        }
}
