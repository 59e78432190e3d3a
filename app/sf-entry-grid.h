/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/sf-entry-list.h"
#include "sf-thumbnailer.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_ENTRY_GRID (sf_entry_grid_get_type ())
G_DECLARE_FINAL_TYPE (SfEntryGrid, sf_entry_grid, SF, ENTRY_GRID, AdwBin)

/**
 * SfEntryGrid: pictures of the library side by side, of which any number is selected. They can be dragged to other programs.
 *
 * Signals: "activated" (guint position): one is to be seen large; "selection-changed".
 */

/* To be called once. */
void sf_entry_grid_connect (SfEntryGrid *self, SfEntryList *list, SfThumbnailer *thumbnailer);

/* Sides of the pictures, in pixels. */
void sf_entry_grid_set_size (SfEntryGrid *self, int size);

/* Ids (gint64) of what is selected, in order. */
GArray *sf_entry_grid_get_selected (SfEntryGrid *self) G_GNUC_WARN_UNUSED_RESULT;
guint sf_entry_grid_count_selected (SfEntryGrid *self);
/* The first position that is selected, GTK_INVALID_LIST_POSITION for none. */
guint sf_entry_grid_get_first_selected (SfEntryGrid *self);

/* Selects one alone and shows it; GTK_INVALID_LIST_POSITION selects none. */
void sf_entry_grid_select (SfEntryGrid *self, guint position);

G_END_DECLS
