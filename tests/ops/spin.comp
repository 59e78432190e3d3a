/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each invocation steps a linear congruential generator `rounds` times from the number of its
 * workgroup: work of any length with a result that is easy to check. */
#version 450

layout(local_size_x = 16) in;

layout(push_constant) uniform Push
{
  uint rounds;
  uint columns;
} push;

layout(std430, binding = 0) writeonly buffer Result { uint result[]; };

void main()
{
  uint group = gl_WorkGroupID.y * push.columns + gl_WorkGroupID.x;
  uint value = group;
  for (uint i = 0; i < push.rounds; i++)
    value = value * 1664525u + 1013904223u;
  result[group * gl_WorkGroupSize.x + gl_LocalInvocationID.x] = value;
}
