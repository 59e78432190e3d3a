/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Makes @widget, a scale or spin button, leave the mouse wheel to the panel that it is in, so that
 * scrolling the panel never changes a value. */
void sf_calm_ignore_wheel (GtkWidget *widget);

G_END_DECLS
