/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-mt19937.h"

#define MIDDLE_WORD 397
#define TWIST_MATRIX 0x9908b0dfu

void
sf_mt19937_seed (SfMt19937 *self, guint32 seed)
{
  self->state[0] = seed;
  for (guint i = 1; i < SF_MT19937_WORDS; i++)
    {
      guint32 previous = self->state[i - 1];

      self->state[i] = 1812433253u * (previous ^ (previous >> 30)) + i;
    }

  self->next = SF_MT19937_WORDS;
}

static void
twist (SfMt19937 *self)
{
  guint32 *state = self->state;

  for (guint i = 0; i < SF_MT19937_WORDS; i++)
    {
      guint32 joined = (state[i] & 0x80000000u) | (state[(i + 1) % SF_MT19937_WORDS] & 0x7fffffffu);

      state[i] = state[(i + MIDDLE_WORD) % SF_MT19937_WORDS] ^ (joined >> 1)
                 ^ ((joined & 1) ? TWIST_MATRIX : 0);
    }

  self->next = 0;
}

guint32
sf_mt19937_next (SfMt19937 *self)
{
  guint32 word;

  if (self->next == SF_MT19937_WORDS)
    twist (self);

  word = self->state[self->next++];
  word ^= word >> 11;
  word ^= (word << 7) & 0x9d2c5680u;
  word ^= (word << 15) & 0xefc60000u;

  return word ^ (word >> 18);
}
