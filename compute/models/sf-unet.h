/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-checkpoint.h"
#include "graph/sf-graph.h"

G_BEGIN_DECLS

#define SF_UNET_SCOPE "model.diffusion_model"
#define SF_UNET_MAX_BLOCKS 32

typedef struct
{
  guint channels;          /* that leave the block */
  guint transformer_depth; /* 0: no attention in this block */
  gboolean
      resample; /* input blocks: only a stride-2 convolution; output blocks: ends in an upsampling one */
} SfUnetBlock;

/* The denoising UNet of latent diffusion (Rombach et al. 2022, arXiv:2112.10752) in the names of the
 * original single-file checkpoints. 8 heads at every level, 32 groups: the SD 1 convention. */
typedef struct
{
  guint in_channels;
  guint out_channels;
  guint model_channels;
  guint context_width;
  guint middle_transformer_depth;
  guint n_input; /* input_blocks.1 …; input_blocks.0 is the first convolution */
  guint n_output;
  SfUnetBlock input[SF_UNET_MAX_BLOCKS];
  SfUnetBlock output[SF_UNET_MAX_BLOCKS];
  guint
      size_multiple; /* latent height and width must be multiples of this: 2 for each downsampling */
} SfUnetConfig;

/* Reads the structure and the sizes from the tensors. */
gboolean sf_unet_config_read (SfUnetConfig *config, SfCheckpoint *checkpoint, GError **error);

/* Inputs: "latent" [batch, height, width, in_channels]; "time" [batch, 1, 1, model_channels], see
 * sf_unet_embed_timestep(); "context" [batch, 1, tokens, context_width]. Output: "prediction" [batch, height, width,
 * out_channels]. */
SfGraph *sf_unet_build (const SfUnetConfig *config, SfFormat format, guint batch, guint height,
                        guint width, guint tokens) G_GNUC_WARN_UNUSED_RESULT;

/* The sinusoidal embedding of a timestep, which may have a fraction: the cosines of t · 10000^(-i / half) for i below
 * half = channels / 2, then the sines (ldm/modules/diffusionmodules/util.py, timestep_embedding). */
void sf_unet_embed_timestep (double timestep, guint channels, float *embedding);

G_END_DECLS
