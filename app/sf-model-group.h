/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalog/sf-model-index.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_MODEL_GROUP (sf_model_group_get_type ())
G_DECLARE_FINAL_TYPE (SfModelGroup, sf_model_group, SF, MODEL_GROUP, AdwPreferencesGroup)

/**
 * SfModelGroup: the models of one kind in the Models window; hidden while there is none. Of very many it shows the
 * first, and more when asked.
 *
 * Signal "chosen" (SfModelItem): one was chosen in the settings.
 */
GtkWidget *sf_model_group_new (SfModelKind kind, SfModelIndex *index, GSettings *settings);

G_END_DECLS
