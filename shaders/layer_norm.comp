#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require

/* An invocation normalises a row: mean, variance and result in three passes, since a row of a
 * transformer may hold values far off the rest. */

#include "operands.glsl"

layout (local_size_x = 8) in;

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

void
main ()
{
  uint row = (gl_WorkGroupID.y * grid_width + gl_WorkGroupID.x) * 8u + gl_LocalInvocationID.x;
  if (row >= rows)
    return;

  uint at = row * groups;
  float n = float (channels);
  vec4 sums = vec4 (0.0);
  for (uint group = 0u; group < groups; group++)
    {
      Group value = FETCH_GROUP (x, at + group);
      sums += value.low + value.high;
    }
  float mean = dot (sums, vec4 (1.0)) / n;

  vec4 squares = vec4 (0.0);
  for (uint group = 0u; group < groups; group++)
    {
      uvec4 numbers = group * 8u + uvec4 (0u, 1u, 2u, 3u);
      Group value = FETCH_GROUP (x, at + group);
      vec4 low = mix (vec4 (0.0), value.low - mean, lessThan (numbers, uvec4 (channels)));
      vec4 high = mix (vec4 (0.0), value.high - mean, lessThan (numbers + 4u, uvec4 (channels)));
      squares += low * low + high * high;
    }

  float rate = inversesqrt (dot (squares, vec4 (1.0)) / n + epsilon);
  for (uint group = 0u; group < groups; group++)
    {
      Group value = FETCH_GROUP (x, at + group);
      Group factor = FETCH_VECTOR_GROUP (scale, group);
      Group term = FETCH_VECTOR_GROUP (shift, group);
      value.low = (value.low - mean) * rate * factor.low + term.low;
      value.high = (value.high - mean) * rate * factor.high + term.high;
      STORE_GROUP (y, at + group, value);
    }
}
