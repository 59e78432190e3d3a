#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require

/* At every pixel the groups of A, then those of B. */

#include "operands.glsl"
#include "flat.glsl"

layout (push_constant) uniform Push
{
  uint pixels;
  uint a_groups;
  uint b_groups;
  uint grid_width;
};

OPERAND (0, A, a);
OPERAND (1, B, b);
RESULT (2, Y, y);

void
main ()
{
  uint groups = a_groups + b_groups, to = FLAT_INDEX (grid_width);
  if (to >= pixels * groups)
    return;

  uint pixel = to / groups, group = to - pixel * groups;
  if (group < a_groups)
    {
      Group value = FETCH_GROUP (a, pixel * a_groups + group);
      STORE_GROUP (y, to, value);
    }
  else
    {
      Group value = FETCH_GROUP (b, pixel * b_groups + group - a_groups);
      STORE_GROUP (y, to, value);
    }
}
