/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-tensor-list.h"

G_BEGIN_DECLS

/* The first parts of names in original single files. */
#define SF_PREFIX_UNET "model.diffusion_model."
#define SF_PREFIX_VAE "first_stage_model."
#define SF_PREFIX_TEXT "cond_stage_model."
#define SF_PREFIX_TAESD_DECODER "taesd_decoder."
#define SF_PREFIX_TAESD_ENCODER "taesd_encoder."

/* Adds the tensors of one file to @to under the names of original single files (SfCheckpoint says which). What
 * the file holds is told from names and shapes alone; names that follow no known convention stay as they are. */
void sf_model_names_translate (const SfTensorList *from, SfTensorList *to);

G_END_DECLS
