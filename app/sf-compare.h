/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SF_TYPE_COMPARE (sf_compare_get_type ())
G_DECLARE_FINAL_TYPE (SfCompare, sf_compare, SF, COMPARE, GtkWidget)

/**
 * SfCompare: two pictures in one place, the first left of a line, the second right of it. The line follows the pointer while it is
 * dragged, and the arrow keys. To assistive technologies it is a slider.
 *
 * Signal "failed" (string sentence, GError).
 */

/* Two picture files. */
void sf_compare_load (SfCompare *self, const char *left, const char *right);

G_END_DECLS
