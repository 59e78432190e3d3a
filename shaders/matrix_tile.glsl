/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The inner product of all matrix kernels: sums[i][j] += shared texel i · own texel j, where the
 * SHARED texels are the unit's and the OWN texels the lane's.
 *
 * A sum takes all products of a texel one after the other: a CPU driver then keeps it in a register meanwhile. */
void
accumulate (inout float sums[SHARED][OWN], Texel shared_texels[SHARED_LOADS], Texel own_texels[OWN])
{
  float own_values[OWN][TEXEL_VALUES], shared_values[SHARED][TEXEL_VALUES];

  [[unroll]] for (int pair = 0; pair < TEXEL_PAIRS; pair++)
    {
      vec2 pairs[SHARED_LOADS];
      [[unroll]] for (int i = 0; i < SHARED_LOADS; i++)
        pairs[i] = TEXEL_PAIR (shared_texels[i], pair);

      [[unroll]] for (int u = 0; u < 2; u++)
        {
          float values[SHARED_LOADS];
          [[unroll]] for (int i = 0; i < SHARED_LOADS; i++)
            values[i] = pairs[i][u];
          float spread[SHARED] = SPREAD (float, values);
          [[unroll]] for (int i = 0; i < SHARED; i++)
            shared_values[i][2 * pair + u] = spread[i];
          [[unroll]] for (int j = 0; j < OWN; j++)
            own_values[j][2 * pair + u] = TEXEL_PAIR (own_texels[j], pair)[u];
        }
    }

  [[unroll]] for (int i = 0; i < SHARED; i++)
    [[unroll]] for (int j = 0; j < OWN; j++)
      [[unroll]] for (uint k = 0u; k < TEXEL_VALUES; k++)
        sums[i][j] += shared_values[i][k] * own_values[j][k];
}
