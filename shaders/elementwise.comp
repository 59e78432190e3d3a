#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require

#include "operands.glsl"
#include "activation.glsl"
#include "flat.glsl"

layout (constant_id = 0) const uint ACTIVATION = ACTIVATION_NONE;

layout (push_constant) uniform Push
{
  uint groups;
  uint grid_width;
};

OPERAND (0, A, a);
RESULT (1, Y, y);

void
main ()
{
  uint group = FLAT_INDEX (grid_width);
  if (group >= groups)
    return;

  Group value = FETCH_GROUP (a, group);
  value.low = activate (value.low, ACTIVATION);
  value.high = activate (value.high, ACTIVATION);
  STORE_GROUP (y, group, value);
}
