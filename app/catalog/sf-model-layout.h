/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

G_BEGIN_DECLS

/* How programs lay out their models: stable-diffusion-webui and its relatives have models/Stable-diffusion, models/VAE,
 * models/Lora, …, and embeddings beside models; ComfyUI has models/checkpoints, models/vae, models/loras, …,
 * models/embeddings. */

/* What files in a folder of this name are, or SF_MODEL_KIND_UNKNOWN. */
SfModelKind sf_model_layout_kind_of_folder (const char *name);

/* The folder below one's own models folder for files of a kind. */
const char *sf_model_layout_folder_of_kind (SfModelKind kind);

/* The folders to look through for a place: what holds models where it is the folder of such a program, whose other
 * folders have hundreds of thousands of files; else the place itself. */
char **sf_model_layout_list_roots (const char *place) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a file may be a model by its name. Pictures are, where they are embeddings. */
gboolean sf_model_layout_fits (const char *name, SfModelKind kind_of_folder);

/* Whether every file of this name is meant as a model, also one that nothing can be told of. */
gboolean sf_model_layout_is_meant (const char *name);

G_END_DECLS
