/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Philox4x32 with 10 rounds: four random words from a counter and a key
 * (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3",
 * 2011). The counter is replaced by the words. */
void sf_philox_4x32 (guint32 counter[4], guint64 key);

G_END_DECLS
