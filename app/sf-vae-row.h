/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalog/sf-model-index.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_VAE_ROW (sf_vae_row_get_type ())
G_DECLARE_FINAL_TYPE (SfVaeRow, sf_vae_row, SF, VAE_ROW, AdwComboRow)

/**
 * SfVaeRow: which VAE decodes, the model's own or one of the index.
 */
void sf_vae_row_connect (SfVaeRow *self, GSettings *settings, SfModelIndex *index);

G_END_DECLS
