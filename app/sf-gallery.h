/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/sf-library.h"
#include "catalog/sf-model-index.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_GALLERY (sf_gallery_get_type ())
G_DECLARE_FINAL_TYPE (SfGallery, sf_gallery, SF, GALLERY, AdwBin)

/**
 * SfGallery: all pictures of the library: found, looked at, sorted out (actions "gallery.").
 *
 * Signals: "notice" (string): something was done that deserves a word; "trashed" (string): likewise, and it can be undone by
 * the action gallery.undo; "failed" (string sentence, GError); "reused" (string, may be NULL): the draft is
 * another, but the model of that name is not here.
 */

/* To be called once. */
void sf_gallery_connect (SfGallery *self, GSettings *settings, SfLibrary *library);
/* Where the models of pictures are looked for. */
void sf_gallery_set_models (SfGallery *self, SfModelIndex *models);

/* Lets the user type what to look for. */
void sf_gallery_search (SfGallery *self);
/* Shows a picture large, or all that a text finds. */
void sf_gallery_show (SfGallery *self, SfEntry *entry);
void sf_gallery_show_found (SfGallery *self, const char *text);
void sf_gallery_toggle_panel (SfGallery *self);
/* Moves pictures (ids, gint64) to the Trash. */
void sf_gallery_trash (SfGallery *self, GArray *ids);
/* Brings back what was moved to the Trash last. */
void sf_gallery_undo (SfGallery *self);

G_END_DECLS
