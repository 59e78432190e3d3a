/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-seed-sequence.h"

#define POOL SF_SEED_SEQUENCE_POOL

static guint32
hash (guint32 value, guint32 *constant, guint32 factor)
{
  value ^= *constant;
  *constant *= factor;
  value *= *constant;

  return value ^ value >> 16;
}

static guint32
hash_in (guint32 value, guint32 *constant)
{
  return hash (value, constant, 0x931e8875u);
}

static guint32
mix (guint32 x, guint32 y)
{
  guint32 result = 0xca01f9ddu * x - 0x4973f715u * y;

  return result ^ result >> 16;
}

/* The 32-bit words of @number, lowest first; 0 has one. */
static void
append_words (GArray *words, guint64 number)
{
  do
    {
      guint32 word = (guint32) number;

      g_array_append_val (words, word);
      number >>= 32;
    }
  while (number != 0);
}

void
sf_seed_sequence (guint64 entropy, const guint64 *path, guint n_path, guint32 *words, guint n_words)
{
  g_autoptr (GArray) input = g_array_new (FALSE, TRUE, sizeof (guint32));
  guint32 pool[POOL];
  guint32 constant = 0x43b0d7e5u;

  append_words (input, entropy);
  if (n_path > 0)
    g_array_set_size (input, POOL);
  for (guint i = 0; i < n_path; i++)
    append_words (input, path[i]);

  for (guint i = 0; i < POOL; i++)
    pool[i] = hash_in (i < input->len ? g_array_index (input, guint32, i) : 0, &constant);
  for (guint from = 0; from < POOL; from++)
    for (guint to = 0; to < POOL; to++)
      if (from != to)
        pool[to] = mix (pool[to], hash_in (pool[from], &constant));
  for (guint from = POOL; from < input->len; from++)
    for (guint to = 0; to < POOL; to++)
      pool[to] = mix (pool[to], hash_in (g_array_index (input, guint32, from), &constant));

  constant = 0x8b51f9ddu;
  for (guint i = 0; i < n_words; i++)
    words[i] = hash (pool[i % POOL], &constant, 0x58f38dedu);
}
