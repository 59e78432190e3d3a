#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

/* Attention in one pass over the keys, in blocks of SHARED, with a running maximum and sum for each query; the
 * scores of a block live in registers and nowhere else.
 *
 * A lane owns some queries of one head and a slice of the head's output; where a head is larger
 * than a slice, the scores are computed again for each slice. Keys and values are the shared operands. */

/* More queries share what is fetched and spread, more keys what is rescaled, and both make more code. GFLOP/s of two Zen 4
 * cores (CPU time) in f16 with heads 40 wide, and seconds of compiling:
 *
 *   queries × keys             2×8        4×8        4×16       8×16
 *   Mesa 22.3 direct           31, 0.8    43, 1.2    47, 1.4    62, 2.6
 *   Mesa 25.0 broadcast        33, 1.0    39, 2.7    52, 3.6    57, 13 */
#define QUERIES 4
#define OWN QUERIES
#define SHARED 16

#include "operands.glsl"
#include "lanes.glsl"
#include "matrix_tile.glsl"

/* Values of the output in a slice, a multiple of 8. */
layout (constant_id = 0) const uint SLICE = 8;

layout (push_constant) uniform Push
{
  uint queries;
  uint keys;
  uint row_texels;  /* of all heads */
  uint head_texels;
  uint slices; /* of a head */
  uint causal;
  float scale; /* of a score, to the base 2 */
};

OPERAND (0, Q, q);
OPERAND (1, K, k);
OPERAND (2, V, v);
RESULT (3, Y, y);

const float LOWEST = -3.0e38;

void
main ()
{
  uint head = gl_WorkGroupID.y / slices, slice = gl_WorkGroupID.y - head * slices;
  uint image = gl_WorkGroupID.z;
  uint unit_query = UNIT * LANES * uint (QUERIES);
  if (unit_query >= queries)
    return;

  uint first_query = unit_query + LANE;
  uint slice_texels = SLICE / TEXEL_VALUES;
  uint head_at = head * head_texels, slice_at = head_at + slice * slice_texels;

  uint q_at[QUERIES];
  float highest[QUERIES], total[QUERIES], sums[QUERIES][SLICE];
  [[unroll]] for (int t = 0; t < QUERIES; t++)
    {
      uint query = min (first_query + LANES * uint (t), queries - 1u);
      q_at[t] = (image * queries + query) * row_texels + head_at;
      highest[t] = LOWEST;
      total[t] = 0.0;
      [[unroll]] for (uint i = 0u; i < SLICE; i++)
        sums[t][i] = 0.0;
    }

  uint end = causal != 0u ? min (keys, unit_query + LANES * uint (QUERIES)) : keys;
  for (uint block = 0u; block < end; block += uint (SHARED))
    {
      uint key_at[SHARED_LOADS];
      [[unroll]] for (int i = 0; i < SHARED_LOADS; i++)
        key_at[i] = (image * keys + min (block + SHARED_INDEX (i), keys - 1u)) * row_texels;

      float scores[SHARED][QUERIES];
      [[unroll]] for (int j = 0; j < SHARED; j++)
        [[unroll]] for (int t = 0; t < QUERIES; t++)
          scores[j][t] = 0.0;
      for (uint at = 0u; at < head_texels; at++)
        {
          Texel key_texels[SHARED_LOADS], query_texels[QUERIES];
          [[unroll]] for (int i = 0; i < SHARED_LOADS; i++)
            key_texels[i] = FETCH (k, key_at[i] + head_at + at);
          [[unroll]] for (int t = 0; t < QUERIES; t++)
            query_texels[t] = FETCH (q, q_at[t] + at);
          accumulate (scores, key_texels, query_texels);
        }

      float fades[QUERIES];
      [[unroll]] for (int t = 0; t < QUERIES; t++)
        {
          uint visible = causal != 0u ? min (keys, first_query + LANES * uint (t) + 1u) : keys;
          float before = highest[t];
          [[unroll]] for (int j = 0; j < SHARED; j++)
            {
              scores[j][t] = block + uint (j) < visible ? scores[j][t] * scale : LOWEST;
              highest[t] = max (highest[t], scores[j][t]);
            }
          fades[t] = exp2 (before - highest[t]);
          total[t] *= fades[t];
          [[unroll]] for (int j = 0; j < SHARED; j++)
            {
              scores[j][t] = block + uint (j) < visible ? exp2 (scores[j][t] - highest[t]) : 0.0;
              total[t] += scores[j][t];
            }
        }

      [[unroll]] for (uint at = 0u; at < slice_texels; at++)
        {
          Texel value_texels[SHARED_LOADS];
          [[unroll]] for (int i = 0; i < SHARED_LOADS; i++)
            value_texels[i] = FETCH (v, key_at[i] + slice_at + at);
          [[unroll]] for (int pair = 0; pair < TEXEL_PAIRS; pair++)
            [[unroll]] for (int u = 0; u < 2; u++)
              {
                float values[SHARED_LOADS];
                [[unroll]] for (int i = 0; i < SHARED_LOADS; i++)
                  values[i] = TEXEL_PAIR (value_texels[i], pair)[u];
                float spread[SHARED] = SPREAD (float, values);
                uint to = at * TEXEL_VALUES + uint (2 * pair + u);
                [[unroll]] for (int t = 0; t < QUERIES; t++)
                  {
                    float sum = sums[t][to] * fades[t];
                    [[unroll]] for (int j = 0; j < SHARED; j++)
                      sum += scores[j][t] * spread[j];
                    sums[t][to] = sum;
                  }
              }
        }
    }

  [[unroll]] for (int t = 0; t < QUERIES; t++)
    {
      uint query = first_query + LANES * uint (t);
      uint quad = ((image * queries + query) * row_texels + slice_at) * (TEXEL_VALUES / 4u);
      float share = 1.0 / total[t];
      if (query < queries)
        [[unroll]] for (uint i = 0u; i < SLICE; i += 4u)
          {
            vec4 value = vec4 (sums[t][i], sums[t][i + 1u], sums[t][i + 2u], sums[t][i + 3u]);
            STORE_QUAD (y, quad + i / 4u, value * share);
          }
    }
}
