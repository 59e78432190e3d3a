#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require

/* An invocation normalises a row. */

#include "layer_norm.glsl"

layout (local_size_x = 8) in;

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
    sums += add_values (at, group);
  float mean = dot (sums, vec4 (1.0)) / n;

  vec4 squares = vec4 (0.0);
  for (uint group = 0u; group < groups; group++)
    squares += add_squares (at, group, mean);
  float rate = inversesqrt (dot (squares, vec4 (1.0)) / n + epsilon);

  for (uint group = 0u; group < groups; group++)
    store_normal (at, group, mean, rate);
}
