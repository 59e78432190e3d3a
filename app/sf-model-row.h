/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalog/sf-model-index.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_MODEL_ROW (sf_model_row_get_type ())
G_DECLARE_FINAL_TYPE (SfModelRow, sf_model_row, SF, MODEL_ROW, AdwActionRow)

/**
 * SfModelRow: which model paints. Reads what a file holds in a thread.
 *
 * Properties: "model": path of the file or folder, empty for the starter model; "native-size": the side of a
 * square picture that suits it, 0 while unknown. Signal "failed" (GError): the file is no model
 * that can be used; the one before is taken again.
 */

/* The models that its menu lists. */
void sf_model_row_set_models (SfModelRow *self, SfModelIndex *models);

/* Lets the user choose a file. */
void sf_model_row_choose (SfModelRow *self);

G_END_DECLS
