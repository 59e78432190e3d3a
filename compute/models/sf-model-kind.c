/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-model-kind.h"

#include <string.h>

/* Parts of names that only one kind of file has, add-ons before what they are added to. */
static const struct
{
  const char *part;
  SfModelKind kind;
  const char *family; /* NULL: by the width of cross-attention */
} signs[] = {
  { "lora_down.", SF_MODEL_KIND_LORA },
  { "lora_up.", SF_MODEL_KIND_LORA },
  { ".lora_A.", SF_MODEL_KIND_LORA },
  { ".lora.down.", SF_MODEL_KIND_LORA },
  { ".lora_linear_layer.", SF_MODEL_KIND_LORA },
  { ".hada_w1_", SF_MODEL_KIND_LORA },
  { ".lokr_w", SF_MODEL_KIND_LORA },
  { "input_hint_block.", SF_MODEL_KIND_CONTROLNET },
  { "controlnet_cond_embedding.", SF_MODEL_KIND_CONTROLNET },
  { "controlnet_down_blocks.", SF_MODEL_KIND_CONTROLNET },
  { ".RDB1.conv1.", SF_MODEL_KIND_UPSCALER },
  { ".rdb1.conv1.", SF_MODEL_KIND_UPSCALER },
  { "residual_group.blocks.", SF_MODEL_KIND_UPSCALER },
  { "conditioner.embedders.", SF_MODEL_KIND_CHECKPOINT, "SDXL" },
  { "joint_blocks.0.", SF_MODEL_KIND_CHECKPOINT, "SD 3" },
  { "double_blocks.0.", SF_MODEL_KIND_CHECKPOINT, "FLUX" },
  { "model.diffusion_model.", SF_MODEL_KIND_CHECKPOINT },
  { "first_stage_model.", SF_MODEL_KIND_VAE },
  { "taesd_", SF_MODEL_KIND_TAESD },
  { "cond_stage_model.", SF_MODEL_KIND_TEXT_ENCODER },
};

const char *
sf_model_kind_family_of_width (gsize width)
{
  return width == 768 ? "SD 1.x" : width == 1024 ? "SD 2.x" : width == 2048 ? "SDXL" : NULL;
}

/* The matrix that takes the contexts of cross-attention has their width as its second extent; a LoRA's first
 * matrix there has, too. */
static const char *
tell_family (const SfCheckpoint *checkpoint)
{
  for (guint i = 0; i < sf_checkpoint_get_n_tensors (checkpoint); i++)
    {
      const SfTensorInfo *tensor = sf_checkpoint_get_tensor (checkpoint, i);

      if (strstr (tensor->name, "attn2") == NULL || strstr (tensor->name, "to_k") == NULL
          || strstr (tensor->name, "up.") != NULL || strstr (tensor->name, "lora_B") != NULL
          || tensor->n_dims < 2)
        continue;
      if (sf_model_kind_family_of_width (tensor->dims[1]) != NULL)
        return sf_model_kind_family_of_width (tensor->dims[1]);
    }
  return NULL;
}

SfModelKind
sf_model_kind_tell (const SfCheckpoint *checkpoint, const char **family)
{
  gsize best = G_N_ELEMENTS (signs);

  g_return_val_if_fail (checkpoint != NULL && family != NULL, SF_MODEL_KIND_UNKNOWN);

  for (guint i = 0; i < sf_checkpoint_get_n_tensors (checkpoint); i++)
    {
      const char *name = sf_checkpoint_get_tensor (checkpoint, i)->name;

      for (gsize j = 0; j < best; j++)
        if (strstr (name, signs[j].part) != NULL)
          best = j;
    }

  *family = NULL;
  if (best == G_N_ELEMENTS (signs))
    return SF_MODEL_KIND_UNKNOWN;
  *family = signs[best].family;
  if (*family == NULL && signs[best].kind != SF_MODEL_KIND_UPSCALER)
    *family = tell_family (checkpoint);
  return signs[best].kind;
}
