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
 * the file holds is told from names and shapes alone: a whole model, or a single UNet, VAE, text encoder or tiny
 * autoencoder in the names of the original, of diffusers or of transformers. Names that follow no known
 * convention stay as they are.
 *
 * @activation: of a text encoder of transformers', as its configuration names it, or NULL. "quick_gelu" is CLIP
 * ViT-L, "gelu" one of OpenCLIP's; without it the width tells, which is 1024 or 1280 in OpenCLIP's. */
void sf_model_names_translate (const SfTensorList *from, const char *activation, SfTensorList *to);

G_END_DECLS
