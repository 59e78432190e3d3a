/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SF_TYPE_RING (sf_ring_get_type ())
G_DECLARE_FINAL_TYPE (SfRing, sf_ring, SF, RING, GtkWidget)

/**
 * SfRing: a small ring that fills as something goes on, with a number in it. For the eye alone: who shows it tells
 * assistive technologies.
 */

/* @fraction: 0 ... 1, negative for no ring at all. @number: 0 for none. */
void sf_ring_set (SfRing *self, double fraction, guint number);

G_END_DECLS
