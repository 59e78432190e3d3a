/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The inner product of all matrix kernels: sums[i][j] += shared texel i · own texel j, where the
 * SHARED texels are the unit's and the OWN texels the lane's. */
void
accumulate (inout float sums[SHARED][OWN], Texel shared_texels[SHARED_LOADS], Texel own_texels[OWN])
{
  [[unroll]] for (int pair = 0; pair < TEXEL_PAIRS; pair++)
    {
      vec2 shared_pairs[SHARED_LOADS], own_pairs[OWN];
      [[unroll]] for (int i = 0; i < SHARED_LOADS; i++)
        shared_pairs[i] = TEXEL_PAIR (shared_texels[i], pair);
      [[unroll]] for (int j = 0; j < OWN; j++)
        own_pairs[j] = TEXEL_PAIR (own_texels[j], pair);

      [[unroll]] for (int k = 0; k < 2; k++)
        {
          float values[SHARED_LOADS];
          [[unroll]] for (int i = 0; i < SHARED_LOADS; i++)
            values[i] = shared_pairs[i][k];
          float spread[SHARED] = SPREAD (float, values);
          [[unroll]] for (int i = 0; i < SHARED; i++)
            [[unroll]] for (int j = 0; j < OWN; j++)
              sums[i][j] += spread[i] * own_pairs[j][k];
        }
    }
}
