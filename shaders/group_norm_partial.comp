#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require

/* Mean and sum of squared deviations of each channel over a chunk of the pixels. An invocation
 * takes a group of 8 channels. The sums are taken of differences from the chunk's first pixel, which bounds
 * what cancels: no value is further than sqrt (n - 1) deviations from the mean of n. */

#include "operands.glsl"

layout (local_size_x_id = 0) in;

layout (constant_id = 0) const uint THREADS = 8;

layout (push_constant) uniform Push
{
  uint pixels;
  uint groups; /* of 8 stored channels */
  uint chunks; /* of an image */
  uint chunk_pixels;
};

OPERAND (0, X, x);

/* [image, chunk, channel] pairs of mean and sum of squares */
layout (binding = 1) writeonly restrict buffer Partial { vec4 partial[]; };

void
main ()
{
  uint group = gl_GlobalInvocationID.x, chunk = gl_WorkGroupID.y, image = gl_WorkGroupID.z;
  if (group >= groups)
    return;

  uint first = chunk * chunk_pixels, end = min (first + chunk_pixels, pixels);
  uint at = (image * pixels + first) * groups + group;
  Group shift = FETCH_GROUP (x, at);
  Group sum = Group (vec4 (0.0), vec4 (0.0)), squares = sum;
  for (uint pixel = first + 1u; pixel < end; pixel++)
    {
      at += groups;
      Group value = FETCH_GROUP (x, at);
      value.low -= shift.low;
      value.high -= shift.high;
      sum.low += value.low;
      sum.high += value.high;
      squares.low += value.low * value.low;
      squares.high += value.high * value.high;
    }

  float n = float (end - first);
  Group mean = Group (sum.low / n, sum.high / n);
  squares.low = max (squares.low - sum.low * mean.low, 0.0);
  squares.high = max (squares.high - sum.high * mean.high, 0.0);
  mean.low += shift.low;
  mean.high += shift.high;

  uint to = ((image * chunks + chunk) * groups + group) * 4u;
  partial[to] = vec4 (mean.low.x, squares.low.x, mean.low.y, squares.low.y);
  partial[to + 1u] = vec4 (mean.low.z, squares.low.z, mean.low.w, squares.low.w);
  partial[to + 2u] = vec4 (mean.high.x, squares.high.x, mean.high.y, squares.high.y);
  partial[to + 3u] = vec4 (mean.high.z, squares.high.z, mean.high.w, squares.high.w);
}
