/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_ENTRY_BAR (sf_entry_bar_get_type ())
G_DECLARE_FINAL_TYPE (SfEntryBar, sf_entry_bar, SF, ENTRY_BAR, AdwBin)

/**
 * SfEntryBar: buttons for what can be done with pictures of the library (the gallery's actions).
 */

/* Whether all of them are favourites, so that the button takes that away. */
void sf_entry_bar_set_favourite (SfEntryBar *self, gboolean favourite);

G_END_DECLS
