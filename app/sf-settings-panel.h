/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "prompt/sf-prompt-styles.h"
#include "sf-studio.h"

#include "catalog/sf-model-index.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_SETTINGS_PANEL (sf_settings_panel_get_type ())
G_DECLARE_FINAL_TYPE (SfSettingsPanel, sf_settings_panel, SF, SETTINGS_PANEL, AdwBin)

/**
 * SfSettingsPanel: all that the next picture is made from, and the button that makes it
 * (actions win.generate and win.stop). The draft is the settings themselves.
 *
 * Signal "model-failed" (GError): a chosen file cannot be used.
 */

/* To be called once. */
void sf_settings_panel_connect (SfSettingsPanel *self, GSettings *settings, SfStudio *studio,
                                SfPromptStyles *styles);

/* What the draft asks for, with its styles in the prompts, and with a new seed where that is not locked. */
SfRequest *sf_settings_panel_make_request (SfSettingsPanel *self) G_GNUC_WARN_UNUSED_RESULT;

/* The draft's prompts were used: they are in the history from now on. */
void sf_settings_panel_remember_prompts (SfSettingsPanel *self);

/* Lets the user choose a model file. */
void sf_settings_panel_choose_model (SfSettingsPanel *self);

/* The models that rows list; once. */
void sf_settings_panel_set_models (SfSettingsPanel *self, SfModelIndex *models);

G_END_DECLS
