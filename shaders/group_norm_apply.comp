#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require

/* x · factor + term by channel, then SiLU if asked for. An invocation takes a group of 8 channels
 * at a chunk of pixels. */

#include "operands.glsl"
#include "activation.glsl"

layout (local_size_x_id = 1) in;

layout (constant_id = 0) const uint ACTIVATION = ACTIVATION_NONE;
layout (constant_id = 1) const uint THREADS = 8;

layout (push_constant) uniform Push
{
  uint pixels;
  uint groups; /* of 8 stored channels */
  uint chunk_pixels;
};

OPERAND (0, X, x);
VECTOR (1, Fold, fold); /* see group_norm_fold.comp */
RESULT (2, Y, y);

void
main ()
{
  uint group = gl_GlobalInvocationID.x, image = gl_WorkGroupID.z;
  if (group >= groups)
    return;

  Group factor = FETCH_VECTOR_GROUP (fold, image * 2u * groups + group);
  Group term = FETCH_VECTOR_GROUP (fold, (image * 2u + 1u) * groups + group);
  uint first = gl_WorkGroupID.y * chunk_pixels, end = min (first + chunk_pixels, pixels);
  for (uint pixel = first; pixel < end; pixel++)
    {
      uint at = (image * pixels + pixel) * groups + group;
      Group value = FETCH_GROUP (x, at);
      value.low = activate (value.low * factor.low + term.low, ACTIVATION);
      value.high = activate (value.high * factor.high + term.high, ACTIVATION);
      STORE_GROUP (y, at, value);
    }
}
