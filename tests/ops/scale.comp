/* SPDX-License-Identifier: GPL-3.0-or-later */
/* y = x · factor + ADDEND. */
#version 450

layout(local_size_x = 64) in;

layout(constant_id = 0) const uint ADDEND = 0;

layout(push_constant) uniform Push
{
  uint count;
  float factor;
} push;

#ifdef TEXEL
layout(binding = 0) uniform samplerBuffer X;
#else
layout(std430, binding = 0) readonly buffer X { float x[]; };
#endif
layout(std430, binding = 1) writeonly buffer Y { float y[]; };

float x_at(uint i)
{
#ifdef TEXEL
  return texelFetch(X, int(i / 4u))[i % 4u];
#else
  return x[i];
#endif
}

void main()
{
  uint i = gl_GlobalInvocationID.x;
  if (i < push.count)
    y[i] = x_at(i) * push.factor + float(ADDEND);
}
