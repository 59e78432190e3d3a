/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-canvas.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_BEFORE_BUTTON (sf_before_button_get_type ())
G_DECLARE_FINAL_TYPE (SfBeforeButton, sf_before_button, SF, BEFORE_BUTTON, AdwBin)

/**
 * SfBeforeButton: as long as it is pressed in, or B is held on the canvas, the canvas shows the picture before the one that it
 * shows; hidden where there is none of the same shape.
 *
 * Property "canvas" (SfCanvas).
 */

/* To be called once. @paintings: of SfPainting, the newest first. */
void sf_before_button_set_paintings (SfBeforeButton *self, GListModel *paintings);

G_END_DECLS
