/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row's mean, variance and result in three passes, since a row of a transformer may hold values far off the rest. */

#include "operands.glsl"

layout (push_constant) uniform Push
{
  uint rows;
  uint channels;
  uint groups; /* of 8 stored channels */
  uint grid_width;
  float epsilon;
};

OPERAND (0, X, x);
VECTOR (1, Scale, scale);
VECTOR (2, Shift, shift);
RESULT (3, Y, y);

/* Of a group of the row that begins at @at: its values, in four sums; the padding is zero. */
vec4
add_values (uint at, uint group)
{
  Group value = FETCH_GROUP (x, at + group);
  return value.low + value.high;
}

/* The squares of what they are off the mean. */
vec4
add_squares (uint at, uint group, float mean)
{
  uvec4 numbers = group * 8u + uvec4 (0u, 1u, 2u, 3u);
  Group value = FETCH_GROUP (x, at + group);
  vec4 low = mix (vec4 (0.0), value.low - mean, lessThan (numbers, uvec4 (channels)));
  vec4 high = mix (vec4 (0.0), value.high - mean, lessThan (numbers + 4u, uvec4 (channels)));
  return low * low + high * high;
}

void
store_normal (uint at, uint group, float mean, float rate)
{
  Group value = FETCH_GROUP (x, at + group);
  Group factor = FETCH_VECTOR_GROUP (scale, group);
  Group term = FETCH_VECTOR_GROUP (shift, group);
  value.low = (value.low - mean) * rate * factor.low + term.low;
  value.high = (value.high - mean) * rate * factor.high + term.high;
  STORE_GROUP (y, at + group, value);
}
