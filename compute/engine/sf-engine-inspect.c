/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-engine-parts.h"

#include "engine/sf-model-hash.h"
#include "engine/sf-model-path.h"
#include "formats/sf-textual-inversion.h"
#include "models/sf-model-config.h"

#define NAME_KEY "modelspec.title" /* of the Stability AI model metadata specification */
#define MAX_EMBEDDING_BYTES (16 * 1024 * 1024)

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

static SfModelKind
get_kind (const SfModelConfig *config)
{
  if (sf_model_config_has (config, SF_PART_UNET))
    return SF_MODEL_KIND_CHECKPOINT;
  if (sf_model_config_has (config, SF_PART_VAE_DECODER)
      || sf_model_config_has (config, SF_PART_VAE_ENCODER))
    return SF_MODEL_KIND_VAE;
  return sf_model_config_has (config, SF_PART_TEXT) ? SF_MODEL_KIND_TEXT_ENCODER
                                                    : SF_MODEL_KIND_TAESD;
}

static SfModelInfo *
inspect (SfCheckpoint *checkpoint, GError **error)
{
  const char *path = sf_checkpoint_get_path (checkpoint);
  const char *name = sf_checkpoint_get_metadata (checkpoint, NAME_KEY);
  g_autoptr (GError) refusal = NULL;
  SfModelConfig config;
  SfModelInfo *info;
  SfFileStamp stamp;

  if (!sf_model_config_read (&config, checkpoint, error)
      || !sf_file_stamp_read (&stamp, path, error))
    return NULL;

  sf_model_config_check_paints (&config, &refusal);
  info = g_new0 (SfModelInfo, 1);
  *info = (SfModelInfo){
    .path = g_strdup (path),
    .name = name != NULL ? g_strdup (name) : sf_model_path_get_name (path),
    .kind = get_kind (&config),
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

SfModelInfo *
sf_engine_inspect (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (SfCheckpoint) checkpoint = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  checkpoint = sf_checkpoint_open (path, error);
  return checkpoint != NULL ? inspect (checkpoint, error) : NULL;
}

static char *
describe_refusal (SfModelKind kind, const char *reason)
{
  switch (kind)
    {
    case SF_MODEL_KIND_LORA:
      return g_strdup ("it is a LoRA, which is not supported yet");
    case SF_MODEL_KIND_CONTROLNET:
      return g_strdup ("it is a ControlNet, which is not supported yet");
    case SF_MODEL_KIND_UPSCALER:
      return g_strdup ("it is an upscaler, which is not supported yet");
    default:
      return g_strdup (reason);
    }
}

/* Textual inversions are small; a model that is none need not be read to its end to know it. */
static SfModelInfo *
identify_embedding (const char *path)
{
  static const gsize widths[] = { 768, 1024, 1280 };
  g_autoptr (SfTextualInversion) embedding = NULL;
  const char *family = NULL;
  SfModelInfo *info;
  SfFileStamp stamp;

  if (!sf_file_stamp_read (&stamp, path, NULL) || stamp.n_bytes > MAX_EMBEDDING_BYTES)
    return NULL;
  embedding = sf_textual_inversion_load (path, NULL);
  if (embedding == NULL)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    if (sf_textual_inversion_get_vectors (embedding, widths[i]) != NULL)
      family = widths[i] == 1280 ? "SDXL" : sf_model_kind_family_of_width (widths[i]);
  info = g_new0 (SfModelInfo, 1);
  *info = (SfModelInfo){
    .path = g_strdup (path),
    .name = g_strdup (sf_textual_inversion_get_name (embedding)),
    .kind = SF_MODEL_KIND_EMBEDDING,
    .family = g_strdup (family),
    .file_bytes = stamp.n_bytes,
  };
  if (g_strcmp0 (family, "SDXL") == 0)
    info->refusal = g_strdup ("it is for Stable Diffusion XL, which is not supported yet");
  return info;
}

SfModelInfo *
sf_engine_identify (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (SfCheckpoint) checkpoint = NULL;
  g_autoptr (GError) unreadable = NULL;
  g_autoptr (GError) reason = NULL;
  SfModelKind kind = SF_MODEL_KIND_UNKNOWN;
  const char *family = NULL;
  SfModelInfo *info;
  SfFileStamp stamp;

  g_return_val_if_fail (path != NULL, NULL);

  checkpoint = sf_checkpoint_open (path, &unreadable);
  info = checkpoint != NULL ? inspect (checkpoint, &reason) : NULL;
  if (info != NULL)
    {
      if (info->kind != SF_MODEL_KIND_CHECKPOINT)
        g_clear_pointer (&info->refusal, g_free); /* it need not paint by itself */
      return info;
    }
  if (checkpoint != NULL)
    kind = sf_model_kind_tell (checkpoint, &family);
  if (kind == SF_MODEL_KIND_UNKNOWN)
    info = identify_embedding (path);
  if (info != NULL)
    return info;
  if (checkpoint == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&unreadable));
      return NULL;
    }
  if (!sf_file_stamp_read (&stamp, path, error))
    return NULL;

  info = g_new0 (SfModelInfo, 1);
  info->path = g_strdup (path);
  info->name = sf_model_path_get_name (path);
  info->kind = kind;
  info->family = g_strdup (family);
  info->refusal = describe_refusal (kind, reason->message);
  info->format = sf_checkpoint_get_format (checkpoint);
  info->precision = g_strdup (sf_dtype_name (sf_checkpoint_get_dtype (checkpoint)));
  info->n_tensors = sf_checkpoint_get_n_tensors (checkpoint);
  info->n_parameters = sf_checkpoint_get_n_parameters (checkpoint);
  info->file_bytes = stamp.n_bytes;
  return info;
}

char *
sf_engine_hash_model (const char *path, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  return sf_model_hash_get (path, cancellable, error);
}

char *
sf_engine_hash_model_briefly (const char *path, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  return sf_model_hash_get_brief (path, cancellable, error);
}
