/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-checkpoint.h"

G_BEGIN_DECLS

/* What a model file is for. */
typedef enum
{
  SF_MODEL_KIND_CHECKPOINT, /* a UNet, with the other networks or without */
  SF_MODEL_KIND_VAE,
  SF_MODEL_KIND_TAESD,
  SF_MODEL_KIND_TEXT_ENCODER,
  SF_MODEL_KIND_LORA, /* of any kind that changes the weights of a checkpoint */
  SF_MODEL_KIND_EMBEDDING,
  SF_MODEL_KIND_CONTROLNET,
  SF_MODEL_KIND_UPSCALER,
  SF_MODEL_KIND_UNKNOWN,
} SfModelKind;
#define SF_MODEL_N_KINDS (SF_MODEL_KIND_UNKNOWN + 1)

/* What the names of a file's tensors tell, also of files that cannot be used; SF_MODEL_KIND_UNKNOWN if nothing.
 * Embeddings have no names of their own and are not told. @family: "SD 1.x", "SD 2.x", "SDXL", "SD 3" or "FLUX", as
 * far as it can be seen, else NULL; static. */
SfModelKind sf_model_kind_tell (const SfCheckpoint *checkpoint, const char **family);

/* The family by the width of its text encoder's contexts, 768, 1024 or 2048; or NULL. */
const char *sf_model_kind_family_of_width (gsize width);

G_END_DECLS
