/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-philox.h"

#define N_ROUNDS 10

void
sf_philox_4x32 (guint32 counter[4], guint64 key)
{
  guint32 key_low = (guint32) key;
  guint32 key_high = (guint32) (key >> 32);

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      guint64 first = (guint64) counter[0] * 0xd2511f53u;
      guint64 second = (guint64) counter[2] * 0xcd9e8d57u;

      counter[0] = (guint32) (second >> 32) ^ counter[1] ^ key_low;
      counter[1] = (guint32) second;
      counter[2] = (guint32) (first >> 32) ^ counter[3] ^ key_high;
      counter[3] = (guint32) first;

      key_low += 0x9e3779b9u;
      key_high += 0xbb67ae85u;
    }
}
