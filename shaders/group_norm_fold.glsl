/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the partial sums of a normalisation group to a factor and a term for each of its channels,
 * so that x · factor + term is normalised, scaled and shifted. The chunks' sums are merged as Chan, Golub and
 * LeVeque do (1979), all at once: the whole's squares are the sum of the parts' and of n (mean of the part - mean of
 * the whole)². */

#include "operands.glsl"

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
store_fold (uint image, uint channel, float mean, float rate)
{
  uint to = image * 2u * stored_channels + channel;
  float factor = FETCH (scale, channel / 4u)[channel % 4u] * rate;
  fold[to] = factor;
  fold[to + stored_channels] = FETCH (shift, channel / 4u)[channel % 4u] - mean * factor;
}

/* A channel that does not exist. */
void
clear_fold (uint image, uint channel)
{
  uint to = image * 2u * stored_channels + channel;
  fold[to] = 0.0;
  fold[to + stored_channels] = 0.0;
}
