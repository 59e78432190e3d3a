#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require

/* An invocation takes one group of one image. */

#include "group_norm_fold.glsl"

layout (local_size_x = 8) in;

void
main ()
{
  uint group = gl_GlobalInvocationID.x, image = gl_WorkGroupID.y;
  if (group >= norm_groups)
    return;

  uint first = group * group_channels, end = first + group_channels;
  float n = float (pixels) * float (group_channels);
  float mean = 0.0;
  for (uint chunk = 0u; chunk < chunks; chunk++)
    {
      float share = chunk_size (chunk) / n;
      for (uint channel = first; channel < end; channel++)
        mean += fetch_partial (image, chunk, channel).x * share;
    }

  float squares = 0.0;
  for (uint chunk = 0u; chunk < chunks; chunk++)
    {
      float size = chunk_size (chunk);
      for (uint channel = first; channel < end; channel++)
        {
          vec2 part = fetch_partial (image, chunk, channel);
          squares += part.y + size * (part.x - mean) * (part.x - mean);
        }
    }

  float rate = inversesqrt (squares / n + epsilon);
  for (uint channel = first; channel < end; channel++)
    store_fold (image, channel, mean, rate);
  if (group == norm_groups - 1u)
    for (uint channel = end; channel < stored_channels; channel++)
      clear_fold (image, channel);
}
