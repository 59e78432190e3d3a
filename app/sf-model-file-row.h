/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalog/sf-model-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SF_TYPE_MODEL_FILE_ROW (sf_model_file_row_get_type ())
G_DECLARE_FINAL_TYPE (SfModelFileRow, sf_model_file_row, SF, MODEL_FILE_ROW, GtkListBoxRow)

/**
 * SfModelFileRow: a model in the Models window. Chooses it in the settings.
 *
 * Signal "chosen" (SfModelItem).
 */
GtkWidget *sf_model_file_row_new (SfModelItem *item, GSettings *settings);

G_END_DECLS
