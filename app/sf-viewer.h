/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/sf-entry.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_VIEWER (sf_viewer_get_type ())
G_DECLARE_FINAL_TYPE (SfViewer, sf_viewer, SF, VIEWER, AdwBin)

/**
 * SfViewer: one picture of the library, large; the arrow keys go to its neighbours, Escape and Space back.
 *
 * Signals: "step" (int n): to the n-th picture from here; "closed"; "failed" (string sentence, GError).
 */

/* NULL shows none and lets go of what was shown. */
void sf_viewer_show (SfViewer *self, SfEntry *entry);
SfEntry *sf_viewer_get_entry (SfViewer *self);

G_END_DECLS
