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
 * original single-file checkpoints. Stable Diffusion 1 has 8 heads at every level and enters its transformers
 * through 1×1 convolutions; Stable Diffusion 2 has heads 64 wide and enters them through linear layers. */
typedef struct
{
  guint in_channels;
  guint out_channels;
  guint model_channels;
  guint context_width;
  guint middle_transformer_depth;
  guint heads;     /* at every level, or 0: */
  guint head_size; /* of every head */
  guint n_input;   /* input_blocks.1 …; input_blocks.0 is the first convolution */
  guint n_output;
  SfUnetBlock input[SF_UNET_MAX_BLOCKS];
  SfUnetBlock output[SF_UNET_MAX_BLOCKS];
  guint
      size_multiple; /* latent height and width must be multiples of this: 2 for each downsampling */
} SfUnetConfig;

/* Whether there is a UNet. */
gboolean sf_unet_is_in (SfCheckpoint *checkpoint);

/* Reads the structure and the sizes from the tensors. */
gboolean sf_unet_config_read (SfUnetConfig *config, SfCheckpoint *checkpoint, GError **error);

/* Which blocks of the network run. */
typedef enum
{
  SF_UNET_ALL,
  SF_UNET_ALL_AND_KEEP, /* what reaches the last blocks is an output too, "deep" */
  SF_UNET_OUTER, /* only the first and the last blocks; "deep" is an input in place of the others */
} SfUnetBlocks;

/* Output blocks that SF_UNET_OUTER runs, with the input blocks whose skips they take. */
#define SF_UNET_OUTER_BLOCKS 2

/* Inputs: "latent" [batch, height, width, in_channels]; "time" [batch, 1, 1, model_channels], see
 * sf_unet_embed_timestep(); "context" [batch, 1, tokens, context_width]. Output: "prediction" [batch, height, width,
 * out_channels]. What the deep blocks answer changes little from step to step, so that it can be used again
 * (DeepCache, Ma et al. 2023, arXiv:2312.00858). */
SfGraph *sf_unet_build (const SfUnetConfig *config, SfFormat format, guint batch, guint height,
                        guint width, guint tokens, SfUnetBlocks blocks) G_GNUC_WARN_UNUSED_RESULT;

/* The sinusoidal embedding of a timestep, which may have a fraction: the cosines of t · 10000^(-i / half) for i below
 * half = channels / 2, then the sines (ldm/modules/diffusionmodules/util.py, timestep_embedding). */
void sf_unet_embed_timestep (double timestep, guint channels, float *embedding);

G_END_DECLS
