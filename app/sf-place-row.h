/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_PLACE_ROW (sf_place_row_get_type ())
G_DECLARE_FINAL_TYPE (SfPlaceRow, sf_place_row, SF, PLACE_ROW, AdwActionRow)

/**
 * SfPlaceRow: a folder, or a single file, that is watched for models.
 *
 * Signal "removed": its button was pressed.
 */

/* @is_own: the program's own folder, which stays. */
GtkWidget *sf_place_row_new (const char *path, gboolean is_own);

const char *sf_place_row_get_path (SfPlaceRow *self);

G_END_DECLS
