#version 460
/* SPDX-License-Identifier: GPL-3.0-or-later */
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

/* The attention of attention.comp for graphics processors: a workgroup takes 4 QUERY_THREADS queries of a head through all
 * keys, in blocks of KEY_THREADS · OWN_KEYS. Texels of queries and keys, then of values, go through shared memory; so do
 * a block's weights, and nothing else of the scores.
 *
 * A thread owns 4 neighbouring queries: first their scores with every KEY_THREADS-th key, then every KEY_THREADS-th texel
 * of their results. It keeps the sum of the weights that it computed; only at the end are these added up. */

#include "operands.glsl"

#define OWN_QUERIES 4

layout (local_size_x_id = 0, local_size_y_id = 1) in;

layout (constant_id = 0) const uint QUERY_THREADS = 16;
layout (constant_id = 1) const uint KEY_THREADS = 8;
layout (constant_id = 2) const uint OWN_KEYS = 4;
layout (constant_id = 3) const uint HEAD_TEXELS = 5;
layout (constant_id = 4) const uint STAGE_VALUES = 32; /* keys whose values are staged at a time; cuts a block evenly */

layout (push_constant) uniform Push
{
  uint queries;
  uint keys;
  uint row_texels; /* of all heads */
  uint causal;
  float scale; /* of a score, to the base 2 */
};

OPERAND (0, Q, q);
OPERAND (1, K, k);
OPERAND (2, V, v);
RESULT (3, Y, y);

const float LOWEST = -3.0e38;

const uint THREADS = QUERY_THREADS * KEY_THREADS;
const uint TILE_QUERIES = QUERY_THREADS * uint (OWN_QUERIES);
const uint BLOCK_KEYS = KEY_THREADS * OWN_KEYS;
const uint OWN_TEXELS = (HEAD_TEXELS + KEY_THREADS - 1u) / KEY_THREADS;
const uint STEP = 4; /* texels of queries and keys that are staged at a time */
const uint OPERAND_TEXELS = STEP * (TILE_QUERIES + BLOCK_KEYS);
const uint VALUE_TEXELS = STAGE_VALUES * HEAD_TEXELS;

/* Either [texel][query], queries in the order of query_position(), and [texel][key]; or [key][texel of the value]. */
shared Texel stage[OPERAND_TEXELS > VALUE_TEXELS ? OPERAND_TEXELS : VALUE_TEXELS];
/* [key][thread of the queries]: weights; before and after them maxima and sums, [thread of the keys][thread of the queries] */
shared vec4 weights[BLOCK_KEYS * QUERY_THREADS];

uint
query_of_position (uint position)
{
  return position % QUERY_THREADS * uint (OWN_QUERIES) + position / QUERY_THREADS;
}

/* Stages @count texels of the queries and keys, from @first on. */
void
stage_operands (uint first_query, uint first_key, uint first, uint count, uint head_at)
{
  uint image = gl_WorkGroupID.z;
  for (uint at = gl_LocalInvocationIndex; at < STEP * TILE_QUERIES; at += THREADS)
    {
      uint texel = at % STEP, position = at / STEP;
      uint query = min (first_query + query_of_position (position), queries - 1u);
      if (texel < count)
        stage[texel * TILE_QUERIES + position] = FETCH (q, (image * queries + query) * row_texels + head_at + first
                                                               + texel);
    }
  for (uint at = gl_LocalInvocationIndex; at < STEP * BLOCK_KEYS; at += THREADS)
    {
      uint texel = at % STEP, position = at / STEP;
      uint key = min (first_key + position, keys - 1u);
      if (texel < count)
        stage[STEP * TILE_QUERIES + texel * BLOCK_KEYS + position] = FETCH (k, (image * keys + key) * row_texels
                                                                                   + head_at + first + texel);
    }
}

void
main ()
{
  uint query_thread = gl_LocalInvocationID.x, key_thread = gl_LocalInvocationID.y;
  uint image = gl_WorkGroupID.z, head_at = gl_WorkGroupID.y * HEAD_TEXELS;
  uint first_query = gl_WorkGroupID.x * TILE_QUERIES, own_query = first_query + query_thread * uint (OWN_QUERIES);

  vec4 highest = vec4 (LOWEST), total = vec4 (0.0);
  float sums[OWN_QUERIES][OWN_TEXELS * TEXEL_VALUES];
  [[unroll]] for (int i = 0; i < OWN_QUERIES; i++)
    [[unroll]] for (uint j = 0u; j < OWN_TEXELS * TEXEL_VALUES; j++)
      sums[i][j] = 0.0;

  uint end = causal != 0u ? min (keys, first_query + TILE_QUERIES) : keys;
  for (uint block = 0u; block < end; block += BLOCK_KEYS)
    {
      vec4 scores[OWN_KEYS];
      [[unroll]] for (uint j = 0u; j < OWN_KEYS; j++)
        scores[j] = vec4 (0.0);
      for (uint first = 0u; first < HEAD_TEXELS; first += STEP)
        {
          uint count = min (STEP, HEAD_TEXELS - first);
          barrier ();
          stage_operands (first_query, block, first, count, head_at);
          barrier ();
          [[dont_unroll]] for (uint texel = 0u; texel < count; texel++)
            {
              Texel query_texels[OWN_QUERIES];
              [[unroll]] for (int i = 0; i < OWN_QUERIES; i++)
                query_texels[i] = stage[texel * TILE_QUERIES + uint (i) * QUERY_THREADS + query_thread];
              [[unroll]] for (uint j = 0u; j < OWN_KEYS; j++)
                {
                  Texel key_texel = stage[STEP * TILE_QUERIES + texel * BLOCK_KEYS + j * KEY_THREADS + key_thread];
                  [[unroll]] for (int pair = 0; pair < TEXEL_PAIRS; pair++)
                    {
                      vec2 key_pair = TEXEL_PAIR (key_texel, pair);
                      [[unroll]] for (int i = 0; i < OWN_QUERIES; i++)
                        scores[j][i] += dot (TEXEL_PAIR (query_texels[i], pair), key_pair);
                    }
                }
            }
        }

      vec4 high = highest;
      uvec4 visible = uvec4 (keys);
      if (causal != 0u)
        visible = min (visible, own_query + uvec4 (1u, 2u, 3u, 4u));
      [[unroll]] for (uint j = 0u; j < OWN_KEYS; j++)
        {
          uvec4 key = uvec4 (block + j * KEY_THREADS + key_thread);
          scores[j] = mix (vec4 (LOWEST), scores[j] * scale, lessThan (key, visible));
          high = max (high, scores[j]);
        }
      weights[key_thread * QUERY_THREADS + query_thread] = high;
      barrier ();
      for (uint j = 0u; j < KEY_THREADS; j++)
        high = max (high, weights[j * QUERY_THREADS + query_thread]);
      barrier ();

      vec4 fade = exp2 (highest - high);
      highest = high;
      total *= fade;
      [[unroll]] for (int i = 0; i < OWN_QUERIES; i++)
        [[unroll]] for (uint j = 0u; j < OWN_TEXELS * TEXEL_VALUES; j++)
          sums[i][j] *= fade[i];
      [[unroll]] for (uint j = 0u; j < OWN_KEYS; j++)
        {
          uvec4 key = uvec4 (block + j * KEY_THREADS + key_thread);
          vec4 weight = mix (vec4 (0.0), exp2 (scores[j] - high), lessThan (key, visible));
          total += weight;
          weights[(j * KEY_THREADS + key_thread) * QUERY_THREADS + query_thread] = weight;
        }

      for (uint first = 0u; first < BLOCK_KEYS; first += STAGE_VALUES)
        {
          barrier ();
          for (uint at = gl_LocalInvocationIndex; at < VALUE_TEXELS; at += THREADS)
            {
              uint key = min (block + first + at / HEAD_TEXELS, keys - 1u);
              stage[at] = FETCH (v, (image * keys + key) * row_texels + head_at + at % HEAD_TEXELS);
            }
          barrier ();
          [[dont_unroll]] for (uint key = 0u; key < STAGE_VALUES; key++)
            {
              vec4 weight = weights[(first + key) * QUERY_THREADS + query_thread];
              [[unroll]] for (uint j = 0u; j < OWN_TEXELS; j++)
                {
                  if (j * KEY_THREADS + key_thread >= HEAD_TEXELS)
                    break;
                  Texel value = stage[key * HEAD_TEXELS + j * KEY_THREADS + key_thread];
                  [[unroll]] for (int pair = 0; pair < TEXEL_PAIRS; pair++)
                    {
                      vec2 value_pair = TEXEL_PAIR (value, pair);
                      uint to = j * TEXEL_VALUES + uint (2 * pair);
                      [[unroll]] for (int i = 0; i < OWN_QUERIES; i++)
                        {
                          sums[i][to] += weight[i] * value_pair.x;
                          sums[i][to + 1u] += weight[i] * value_pair.y;
                        }
                    }
                }
            }
        }
    }

  barrier ();
  weights[key_thread * QUERY_THREADS + query_thread] = total;
  barrier ();
  total = vec4 (0.0);
  for (uint j = 0u; j < KEY_THREADS; j++)
    total += weights[j * QUERY_THREADS + query_thread];

  [[unroll]] for (int i = 0; i < OWN_QUERIES; i++)
    [[unroll]] for (uint j = 0u; j < OWN_TEXELS; j++)
      {
        uint query = own_query + uint (i), texel = j * KEY_THREADS + key_thread;
        if (query >= queries || texel >= HEAD_TEXELS)
          continue;
        uint quad = ((image * queries + query) * row_texels + head_at + texel) * (TEXEL_VALUES / 4u);
        [[unroll]] for (uint at = 0u; at < TEXEL_VALUES; at += 4u)
          {
            uint from = j * TEXEL_VALUES + at;
            vec4 value = vec4 (sums[i][from], sums[i][from + 1u], sums[i][from + 2u], sums[i][from + 3u]);
            STORE_QUAD (y, quad + at / 4u, value / total[i]);
          }
      }
}
