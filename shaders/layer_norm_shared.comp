#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require

/* layer_norm.comp for graphics processors: 32 threads normalise a row, 4 rows a workgroup. */

#include "layer_norm.glsl"

#define ROW_THREADS 32u
#define ROWS 4u

layout (local_size_x = 32, local_size_y = 4) in;

shared float sums[ROWS * ROW_THREADS];

/* The sum over the threads of a row. */
float
add_up (float value)
{
  uint thread = gl_LocalInvocationID.x, at = gl_LocalInvocationIndex;
  barrier ();
  sums[at] = value;
  for (uint half_way = ROW_THREADS / 2u; half_way > 0u; half_way /= 2u)
    {
      barrier ();
      if (thread < half_way)
        sums[at] += sums[at + half_way];
    }
  barrier ();
  return sums[at - thread];
}

void
main ()
{
  uint row = (gl_WorkGroupID.y * grid_width + gl_WorkGroupID.x) * ROWS + gl_LocalInvocationID.y;
  uint at = min (row, rows - 1u) * groups;
  float n = float (channels);

  vec4 share = vec4 (0.0);
  for (uint group = gl_LocalInvocationID.x; group < groups; group += ROW_THREADS)
    share += add_values (at, group);
  float mean = add_up (dot (share, vec4 (1.0))) / n;

  share = vec4 (0.0);
  for (uint group = gl_LocalInvocationID.x; group < groups; group += ROW_THREADS)
    share += add_squares (at, group, mean);
  float rate = inversesqrt (add_up (dot (share, vec4 (1.0))) / n + epsilon);

  if (row < rows)
    for (uint group = gl_LocalInvocationID.x; group < groups; group += ROW_THREADS)
      store_normal (at, group, mean, rate);
}
