/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* FLOP a second that all processors of this machine could do together in fused multiplications and additions of f32
 * vectors, by the processor time that a short loop takes: what other programs do meanwhile hardly counts. Takes about 50 ms. */
double sf_peak_measure (void);

/* Processor time of this process so far, seconds, of all its threads together. */
double sf_peak_get_cpu_seconds (void);

G_END_DECLS
