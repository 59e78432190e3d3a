/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/sf-entry.h"
#include "sf-thumbnailer.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SF_TYPE_THUMBNAIL (sf_thumbnail_get_type ())
G_DECLARE_FINAL_TYPE (SfThumbnail, sf_thumbnail, SF, THUMBNAIL, GtkWidget)

/**
 * SfThumbnail: a picture of the library in a grid, square, with a star if it is a favourite. To assistive technologies it is an
 * image named by the prompt.
 */

GtkWidget *sf_thumbnail_new (SfThumbnailer *thumbnailer) G_GNUC_WARN_UNUSED_RESULT;

/* NULL: none. What was being loaded for the one before is given up. */
void sf_thumbnail_set_entry (SfThumbnail *self, SfEntry *entry);
SfEntry *sf_thumbnail_get_entry (SfThumbnail *self);

/* Pixels of its sides. */
void sf_thumbnail_set_size (SfThumbnail *self, int size);

G_END_DECLS
