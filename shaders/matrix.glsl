/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the kernels of convolution and linear layer have in common, whatever they multiply with: the interface, where a row
 * finds its operands, and what becomes of a sum. A row is a pixel of the output, a column an output channel. */

#include "operands.glsl"
#include "activation.glsl"

/* The columns come in pairs of a value and its gate: value · gelu (gate) is stored. */
#define ACTIVATION_GEGLU 6u

layout (constant_id = 0) const uint ACTIVATION = 0;
layout (constant_id = 1) const uint HAS_CHANNEL_BIAS = 0;
layout (constant_id = 2) const uint HAS_RESIDUAL = 0;

layout (push_constant) uniform Push
{
  uint rows;
  uint grid_width; /* workgroups along x; y goes on where x ends */
  uint in_height;  /* of the stored picture */
  uint in_width;
  uint in_texels; /* texels of a pixel */
  uint out_height;
  uint out_width;
  uint out_groups; /* groups of 8 columns that are stored, with GEGLU 4 and their gates */
  uint kernel;
  uint stride;
  int padding;
  uint upsample; /* 1: every pixel counts twice in both directions */
  uint has_bias;
};

OPERAND (0, X, x);
OPERAND (1, Weight, weight);
VECTOR (2, Bias, bias);
OPERAND (3, ChannelBias, channel_bias);
OPERAND (4, Residual, residual);
RESULT (5, Y, y);

/* Where the first tap of a row lies in the (enlarged) picture. */
struct Place
{
  uint image;
  int top;
  int left;
};

Place
find_place (uint row)
{
  row = min (row, rows - 1u);
  uint line = row / out_width;
  uint image = line / out_height;
  return Place (image, int ((line - image * out_height) * stride) - padding,
                int ((row - line * out_width) * stride) - padding);
}

/* The first texel of the pixel under a tap, or -1 outside the picture. */
int
find_texel (Place place, uint tap_y, uint tap_x)
{
  int py = place.top + int (tap_y), px = place.left + int (tap_x);
  bool inside = py >= 0 && py < int (in_height << upsample) && px >= 0 && px < int (in_width << upsample);
  uint pixel = (place.image * in_height + (uint (py) >> upsample)) * in_width + (uint (px) >> upsample);
  return inside ? int (pixel * in_texels) : -1;
}

void
finish (uint row, uint image, uint group, Group value)
{
  if (row >= rows || group >= out_groups)
    return;

  if (HAS_CHANNEL_BIAS != 0u)
    {
      Group more = FETCH_GROUP (channel_bias, image * out_groups + group);
      value.low += more.low;
      value.high += more.high;
    }

  if (ACTIVATION == ACTIVATION_GEGLU)
    {
      vec4 gated = vec4 (value.low.xz, value.high.xz) * gelu (vec4 (value.low.yw, value.high.yw));
      STORE_QUAD (y, row * out_groups + group, gated);
      return;
    }

  value.low = activate (value.low, ACTIVATION);
  value.high = activate (value.high, ACTIVATION);
  if (HAS_RESIDUAL != 0u)
    {
      Group more = FETCH_GROUP (residual, row * out_groups + group);
      value.low += more.low;
      value.high += more.high;
    }
  STORE_GROUP (y, row * out_groups + group, value);
}
