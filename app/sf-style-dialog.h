/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "prompt/sf-prompt-styles.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_STYLE_DIALOG (sf_style_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SfStyleDialog, sf_style_dialog, SF, STYLE_DIALOG, AdwWindow)

/**
 * SfStyleDialog: all styles, to choose those of the draft, and to add, change, remove, import and export one's own. What is
 * chosen holds at once.
 */
SfStyleDialog *sf_style_dialog_new (GtkWindow *parent, GSettings *settings, SfPromptStyles *styles)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
