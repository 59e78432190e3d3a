/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/sf-library.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_ENTRY_PANEL (sf_entry_panel_get_type ())
G_DECLARE_FINAL_TYPE (SfEntryPanel, sf_entry_panel, SF, ENTRY_PANEL, AdwBin)

/**
 * SfEntryPanel: how a picture of the library was made, and its tags and collections, which can be changed.
 */

/* To be called once. */
void sf_entry_panel_connect (SfEntryPanel *self, SfLibrary *library);

/* NULL: none. */
void sf_entry_panel_show (SfEntryPanel *self, SfEntry *entry);

G_END_DECLS
