#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require

/* A token's row of the table, or the vector that stands in for it, plus its position's. */

#include "operands.glsl"
#include "flat.glsl"

layout (push_constant) uniform Push
{
  uint batch_tokens;
  uint tokens;
  uint groups; /* of a row */
  uint vocabulary;
  uint grid_width;
};

layout (binding = 0) readonly restrict buffer Ids { uint ids[]; };
OPERAND (1, Table, table);
OPERAND (2, Positions, positions);
OPERAND (3, Vectors, vectors);
RESULT (4, Y, y);

void
main ()
{
  uint to = FLAT_INDEX (grid_width);
  if (to >= batch_tokens * groups)
    return;

  uint token = to / groups, group = to - token * groups;
  uint id = ids[token];
  Group value;
  if (id < vocabulary)
    value = FETCH_GROUP (table, id * groups + group);
  else
    value = FETCH_GROUP (vectors, to);
  Group position = FETCH_GROUP (positions, token % tokens * groups + group);
  value.low += position.low;
  value.high += position.high;
  STORE_GROUP (y, to, value);
}
