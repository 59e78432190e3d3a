/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The 32-bit Mersenne Twister (Matsumoto, Nishimura: "Mersenne Twister: a
 * 623-dimensionally equidistributed uniform pseudo-random number generator",
 * 1998), seeded by init_genrand of its 2002 revision, as std::mt19937 and
 * torch's CPU generator are. */

#define SF_MT19937_WORDS 624

typedef struct
{
  guint32 state[SF_MT19937_WORDS];
  guint next; /* index of the next word; SF_MT19937_WORDS: twist first */
} SfMt19937;

void sf_mt19937_seed (SfMt19937 *self, guint32 seed);
guint32 sf_mt19937_next (SfMt19937 *self);

G_END_DECLS
