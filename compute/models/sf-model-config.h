/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/sf-clip.h"
#include "models/sf-model-family.h"
#include "models/sf-taesd.h"
#include "models/sf-vae.h"

G_BEGIN_DECLS

/* What a checkpoint is: found from its tensors and metadata, never from its name. What belongs to a part that is not
 * there is 0. */
typedef struct
{
  SfClipConfig clip;
  SfUnetConfig unet;
  SfVaeConfig vae;
  SfTaesdConfig taesd;

  SfModelFamily family; /* of the UNet; without one, its name says what there is */
  float latent_scale;   /* the sampler's latent is the VAE's mean times this: 0.18215 */
  guint size_multiple;  /* pixel sizes must be multiples of this */
  float latent_rgb[5][3]; /* preview: rgb in -1 … 1 = Σ latent[c] · latent_rgb[c] + latent_rgb[4] */
} SfModelConfig;

typedef enum
{
  SF_PART_TEXT,
  SF_PART_UNET,
  SF_PART_VAE_DECODER,
  SF_PART_VAE_ENCODER,
  SF_PART_TAESD_DECODER,
  SF_PART_TAESD_ENCODER,
} SfPart;
#define SF_N_PARTS 6

/* Reads structure and sizes of the parts that are there, of which there must be one, and checks that their
 * tensors are all there and fit, and that the parts fit together. */
gboolean sf_model_config_read (SfModelConfig *config, SfCheckpoint *checkpoint, GError **error);

gboolean sf_model_config_has (const SfModelConfig *config, SfPart part);

/* Fails with one sentence unless the part is there. */
gboolean sf_model_config_check_part (const SfModelConfig *config, SfPart part, GError **error);

/* Fails with one sentence unless the model paints from prompts: it has all parts for it, and needs nothing else as
 * inpainting models do. */
gboolean sf_model_config_check_paints (const SfModelConfig *config, GError **error);

/* One network at one size. */
typedef struct
{
  SfPart part;
  guint batch;
  guint height; /* of the latent; of the picture for encoders; 0 for SF_PART_TEXT */
  guint width;
  guint tokens;             /* SF_PART_TEXT and SF_PART_UNET */
  guint clip_skip;          /* SF_PART_TEXT */
  SfUnetBlocks unet_blocks; /* SF_PART_UNET */
} SfPartSize;

gboolean sf_part_size_equal (const SfPartSize *a, const SfPartSize *b);

SfGraph *sf_model_config_build (const SfModelConfig *config, const SfPartSize *size,
                                SfFormat format) G_GNUC_WARN_UNUSED_RESULT;

/* SfWeightSource's functions with the checkpoint as their data. The name "<tensor>:<index>" means the rows of that index
 * in a tensor of three such matrices or vectors. */
gboolean sf_model_config_read_weight (gpointer checkpoint, const char *name,
                                      const SfWeightShape *shape, guint first_row, guint n_rows,
                                      float *values, GError **error);
gconstpointer sf_model_config_find_halves (gpointer checkpoint, const char *name,
                                           const SfWeightShape *shape);

G_END_DECLS
