/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "prompt/sf-prompt-style.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_STYLE_EDITOR (sf_style_editor_get_type ())
G_DECLARE_FINAL_TYPE (SfStyleEditor, sf_style_editor, SF, STYLE_EDITOR, AdwMessageDialog)

/**
 * SfStyleEditor: asks for name and texts of a style.
 *
 * Signal "done" (SfPromptStyle): as it is to be.
 */

/* @style: what is there at first, or NULL for texts alone. */
SfStyleEditor *sf_style_editor_new (GtkWindow *parent, SfPromptStyle *style, const char *prompt,
                                    const char *negative_prompt) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
