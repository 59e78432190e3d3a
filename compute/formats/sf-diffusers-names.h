/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-tensor-list.h"

G_BEGIN_DECLS

/* What diffusers and transformers call tensors, in the names of the original files, without their first
 * parts ("model.diffusion_model." …). @all are the names of the same network: how deep it is decides how
 * blocks are counted. A name that is not theirs comes back as it is. */

/* UNet2DConditionModel. */
char *sf_diffusers_unet_name (const SfTensorList *all, const char *name) G_GNUC_WARN_UNUSED_RESULT;
/* AutoencoderKL. */
char *sf_diffusers_vae_name (const SfTensorList *all, const char *name) G_GNUC_WARN_UNUSED_RESULT;
/* AutoencoderTiny, with "taesd_decoder." or "taesd_encoder." in front. */
char *sf_diffusers_taesd_name (const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
