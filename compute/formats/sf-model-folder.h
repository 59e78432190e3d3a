/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * A model as diffusers keeps it: a folder with model_index.json and a folder for each
 * network.
 *
 *   unet/, vae/     diffusion_pytorch_model.safetensors, .fp16.safetensors or .bin, whole
 *                   or in pieces that an index (….safetensors.index.json) lists
 *   text_encoder/   model.safetensors or pytorch_model.bin, the same way
 *   scheduler/      scheduler_config.json
 *
 * safetensors are taken before .bin, full precision before fp16.
 */

typedef enum
{
  SF_MODEL_FOLDER_UNET,
  SF_MODEL_FOLDER_VAE,
  SF_MODEL_FOLDER_TEXT_ENCODER,
  SF_MODEL_FOLDER_N_PARTS,
} SfModelFolderPart;

/* Whether @path is a folder. */
gboolean sf_model_folder_is (const char *path);

/* The files with the weights of a part, of char *. An error when the folder is no model's; an empty
 * array when it has no such part. */
GPtrArray *sf_model_folder_list_files (const char *path, SfModelFolderPart part, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* What scheduler_config.json says of the prediction ("epsilon", "v_prediction"), and the text encoder's
 * config.json of its activation ("quick_gelu"). NULL where nothing is said. */
char *sf_model_folder_get_prediction_type (const char *path) G_GNUC_WARN_UNUSED_RESULT;
char *sf_model_folder_get_activation (const char *path) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
