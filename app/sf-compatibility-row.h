/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_COMPATIBILITY_ROW (sf_compatibility_row_get_type ())
G_DECLARE_FINAL_TYPE (SfCompatibilityRow, sf_compatibility_row, SF, COMPATIBILITY_ROW, AdwComboRow)

/* Chooses the program whose pictures the draft's should be the same as. "Custom" shows that its settings are
 * no program's; choosing it changes nothing. */
void sf_compatibility_row_connect (SfCompatibilityRow *self, GSettings *settings);

G_END_DECLS
