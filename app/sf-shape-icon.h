/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SF_TYPE_SHAPE_ICON (sf_shape_icon_get_type ())
G_DECLARE_FINAL_TYPE (SfShapeIcon, sf_shape_icon, SF, SHAPE_ICON, GtkWidget)

/**
 * SfShapeIcon: a small frame in the shape of a picture, in the colour of text.
 *
 * Property "ratio": width by height.
 */

G_END_DECLS
