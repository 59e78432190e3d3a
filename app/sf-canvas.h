/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-painting.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SF_TYPE_CANVAS (sf_canvas_get_type ())
G_DECLARE_FINAL_TYPE (SfCanvas, sf_canvas, SF, CANVAS, GtkWidget)

/**
 * SfCanvas: one painting, large.
 *
 * Fits it into its space until the user zooms (wheel, pinch, plus, minus, double click) or pans
 * (drag). A preview takes the place of the finished picture, so that zoom and position stay when
 * that arrives. Greatly enlarged pixels are drawn hard. To assistive technologies it is an image
 * named by the prompt.
 *
 * Properties: "painting" (SfPainting), "fitted" (boolean).
 */

void sf_canvas_set_painting (SfCanvas *self, SfPainting *painting);

/* Whether the picture follows the space there is; FALSE shows it pixel for pixel. */
void sf_canvas_set_fitted (SfCanvas *self, gboolean fitted);

/* Enlarges about the middle. */
void sf_canvas_zoom_by (SfCanvas *self, double factor);

/* Shows another picture in its place, as large as it, until this is NULL or the painting is another. */
void sf_canvas_set_before (SfCanvas *self, GdkTexture *texture);

G_END_DECLS
