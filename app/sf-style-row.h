/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "prompt/sf-prompt-styles.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_STYLE_ROW (sf_style_row_get_type ())
G_DECLARE_FINAL_TYPE (SfStyleRow, sf_style_row, SF, STYLE_ROW, AdwActionRow)

/**
 * SfStyleRow: which styles the draft has; opens the list of all.
 */

/* To be called once. */
void sf_style_row_connect (SfStyleRow *self, GSettings *settings, SfPromptStyles *styles);

void sf_style_row_open (SfStyleRow *self);

G_END_DECLS
