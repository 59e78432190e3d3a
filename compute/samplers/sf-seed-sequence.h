/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Seeds from a number and a path of children: numpy.random.SeedSequence with a pool of 24
 * words (numpy: random/bit_generator.pyx, after O'Neill's randutils), as torchsde's Brownian
 * trees use it. */

#define SF_SEED_SEQUENCE_POOL 24

/* Writes the first @n_words of SeedSequence (entropy, spawn_key=path).generate_state (n_words);
 * @path has @n_path numbers. */
void sf_seed_sequence (guint64 entropy, const guint64 *path, guint n_path, guint32 *words,
                       guint n_words);

G_END_DECLS
