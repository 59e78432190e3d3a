/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-engine-parts.h"

#include "engine/sf-model-hash.h"
#include "engine/sf-model-path.h"
#include "models/sf-model-config.h"

#define NAME_KEY "modelspec.title" /* of the Stability AI model metadata specification */

void
sf_model_info_free (SfModelInfo *self)
{
  if (self == NULL)
    return;

  g_free (self->path);
  g_free (self->name);
  g_free (self->family);
  g_free (self->prediction);
  g_free (self->refusal);
  g_free (self->precision);
  g_free (self);
}

static const char *
get_prediction (const SfModelConfig *config)
{
  if (!sf_model_config_has (config, SF_PART_UNET))
    return "none";
  return config->family.predicts_v ? "v" : "epsilon";
}

SfModelInfo *
sf_engine_inspect (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (SfCheckpoint) checkpoint = NULL;
  g_autoptr (GError) refusal = NULL;
  SfModelConfig config;
  SfModelInfo *info;
  SfFileStamp stamp;
  const char *name;

  g_return_val_if_fail (path != NULL, NULL);

  checkpoint = sf_checkpoint_open (path, error);
  if (checkpoint == NULL || !sf_model_config_read (&config, checkpoint, error))
    return NULL;
  if (!sf_file_stamp_read (&stamp, path, error))
    return NULL;

  sf_model_config_check_paints (&config, &refusal);
  name = sf_checkpoint_get_metadata (checkpoint, NAME_KEY);
  info = g_new0 (SfModelInfo, 1);
  *info = (SfModelInfo){
    .path = g_strdup (path),
    .name = name != NULL ? g_strdup (name) : sf_model_path_get_name (path),
    .family = g_strdup (config.family.name),
    .prediction = g_strdup (get_prediction (&config)),
    .refusal = refusal != NULL ? g_strdup (refusal->message) : NULL,
    .format = sf_checkpoint_get_format (checkpoint),
    .precision = g_strdup (sf_dtype_name (sf_checkpoint_get_dtype (checkpoint))),
    .n_tensors = sf_checkpoint_get_n_tensors (checkpoint),
    .n_parameters = sf_checkpoint_get_n_parameters (checkpoint),
    .file_bytes = stamp.n_bytes,
    .native_size = config.family.native_size,
  };

  return info;
}

char *
sf_engine_hash_model (const char *path, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  return sf_model_hash_get (path, cancellable, error);
}
