/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-painting.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_FILMSTRIP (sf_filmstrip_get_type ())
G_DECLARE_FINAL_TYPE (SfFilmstrip, sf_filmstrip, SF, FILMSTRIP, AdwBin)

/**
 * SfFilmstrip: the pictures of the session in a row, one of them selected.
 *
 * Property "selected" (SfPainting). When a picture begins while the one before it, or none, is
 * selected, the selection goes on to it; when somebody looks at an older picture, it stays.
 */

/* @paintings: of SfPainting, the newest first. */
void sf_filmstrip_set_paintings (SfFilmstrip *self, GListModel *paintings);

SfPainting *sf_filmstrip_get_selected (SfFilmstrip *self);

/* Selects the picture that was begun last. */
void sf_filmstrip_select_newest (SfFilmstrip *self);

/* Selects one of the pictures. */
void sf_filmstrip_select (SfFilmstrip *self, SfPainting *painting);

/* Selects @n pictures to the right; stops at the ends. */
void sf_filmstrip_move_selection (SfFilmstrip *self, int n);

G_END_DECLS
