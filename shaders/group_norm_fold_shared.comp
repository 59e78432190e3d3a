#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require

/* group_norm_fold.comp for graphics processors: a workgroup takes one group of one image, its threads a part of the partial
 * sums each. */

#include "group_norm_fold.glsl"

const uint THREADS = 64u;

layout (local_size_x = 64) in;

shared float sums[THREADS];

/* The sum over the workgroup. */
float
add_up (float value)
{
  uint thread = gl_LocalInvocationIndex;
  barrier ();
  sums[thread] = value;
  for (uint half_way = THREADS / 2u; half_way > 0u; half_way /= 2u)
    {
      barrier ();
      if (thread < half_way)
        sums[thread] += sums[thread + half_way];
    }
  barrier ();
  return sums[0];
}

void
main ()
{
  uint group = gl_WorkGroupID.x, image = gl_WorkGroupID.y, thread = gl_LocalInvocationIndex;
  uint first = group * group_channels, end = first + group_channels, parts = chunks * group_channels;
  float n = float (pixels) * float (group_channels);

  float share = 0.0;
  for (uint part = thread; part < parts; part += THREADS)
    {
      uint chunk = part / group_channels;
      share += fetch_partial (image, chunk, first + part - chunk * group_channels).x * (chunk_size (chunk) / n);
    }
  float mean = add_up (share);

  share = 0.0;
  for (uint part = thread; part < parts; part += THREADS)
    {
      uint chunk = part / group_channels;
      vec2 values = fetch_partial (image, chunk, first + part - chunk * group_channels);
      share += values.y + chunk_size (chunk) * (values.x - mean) * (values.x - mean);
    }
  float rate = inversesqrt (add_up (share) / n + epsilon);

  for (uint channel = first + thread; channel < end; channel += THREADS)
    store_fold (image, channel, mean, rate);
  if (group == norm_groups - 1u)
    for (uint channel = end + thread; channel < stored_channels; channel += THREADS)
      clear_fold (image, channel);
}
