/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/sf-clip.h"
#include "models/sf-unet.h"
#include "models/sf-vae.h"

G_BEGIN_DECLS

/* What a checkpoint file is: found from its tensors and metadata, never from its name. */
typedef struct
{
  SfClipConfig clip;
  SfUnetConfig unet;
  SfVaeConfig vae;

  const char *family;     /* static: "SD 1.x" */
  const char *prediction; /* static: what the UNet predicts: "epsilon" */
  float latent_scale;     /* the sampler's latent is the VAE's mean times this: 0.18215 */
  guint native_size;      /* pixels a side that suit the model best */
  guint size_multiple;    /* pixel sizes must be multiples of this */
  float latent_rgb[5][3]; /* preview: rgb in -1 … 1 = Σ latent[c] · latent_rgb[c] + latent_rgb[4] */
} SfModelConfig;

/* Reads structure and sizes, and checks that every tensor of all parts is there and fits. */
gboolean sf_model_config_read (SfModelConfig *config, SfCheckpoint *checkpoint, GError **error);

typedef enum
{
  SF_PART_TEXT,
  SF_PART_UNET,
  SF_PART_VAE_DECODER,
  SF_PART_VAE_ENCODER,
} SfPart;

/* One network at one size. */
typedef struct
{
  SfPart part;
  guint batch;
  guint height; /* of the latent; of the picture for SF_PART_VAE_ENCODER; 0 for SF_PART_TEXT */
  guint width;
  guint tokens;    /* SF_PART_TEXT and SF_PART_UNET */
  guint clip_skip; /* SF_PART_TEXT */
} SfPartSize;

SfGraph *sf_model_config_build (const SfModelConfig *config, const SfPartSize *size,
                                SfFormat format) G_GNUC_WARN_UNUSED_RESULT;

/* SfWeightSource's read function with the checkpoint as its data. */
gboolean sf_model_config_read_weight (gpointer checkpoint, const char *name,
                                      const SfWeightShape *shape, float *values, GError **error);

G_END_DECLS
