#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require

/* From the partial sums of a normalisation group to a factor and a term for each of its channels,
 * so that x · factor + term is normalised, scaled and shifted. An invocation takes one group of one image. The
 * chunks' sums are merged as Chan, Golub and LeVeque do (1979), all at once: the whole's
 * squares are the sum of the parts' and of n (mean of the part - mean of the whole)². */

#include "operands.glsl"

layout (local_size_x = 8) in;

layout (push_constant) uniform Push
{
  uint pixels;
  uint stored_channels;
  uint chunks;
  uint chunk_pixels;
  uint norm_groups;
  uint group_channels;
  float epsilon;
};

VECTOR (0, Partial, partial); /* see group_norm_partial.comp */
VECTOR (1, Scale, scale);
VECTOR (2, Shift, shift);

/* [image, 2, stored channels]: factors, then terms */
layout (binding = 3) writeonly restrict buffer Fold { float fold[]; };

float
chunk_size (uint chunk)
{
  return float (min (chunk_pixels, pixels - chunk * chunk_pixels));
}

vec2
fetch_partial (uint image, uint chunk, uint channel)
{
  uint pair = (image * chunks + chunk) * stored_channels + channel;
  vec4 both = FETCH (partial, pair / 2u);
  return (pair & 1u) == 0u ? both.xy : both.zw;
}

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
  uint to = image * 2u * stored_channels;
  for (uint channel = first; channel < end; channel++)
    {
      float factor = FETCH (scale, channel / 4u)[channel % 4u] * rate;
      fold[to + channel] = factor;
      fold[to + stored_channels + channel] = FETCH (shift, channel / 4u)[channel % 4u] - mean * factor;
    }
  if (group == norm_groups - 1u)
    for (uint channel = end; channel < stored_channels; channel++)
      {
        fold[to + channel] = 0.0;
        fold[to + stored_channels + channel] = 0.0;
      }
}
