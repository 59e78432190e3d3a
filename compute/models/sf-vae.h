/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-checkpoint.h"
#include "graph/sf-graph.h"

G_BEGIN_DECLS

#define SF_VAE_SCOPE "first_stage_model"
#define SF_VAE_MAX_LEVELS 8
#define SF_VAE_MAX_BLOCKS 8

/* One half of the autoencoder: levels with res blocks; level 0 has the size of the picture. */
typedef struct
{
  guint n_levels;
  guint channels[SF_VAE_MAX_LEVELS]; /* that leave the level */
  guint n_blocks[SF_VAE_MAX_LEVELS];
  guint edge_channels; /* that leave conv_in */
} SfVaeHalf;

/* The KL autoencoder of latent diffusion (Rombach et al. 2022, arXiv:2112.10752) in the names of the
 * original single-file checkpoints; its attention has one head. */
typedef struct
{
  guint latent_channels;
  guint image_channels;
  guint size_factor; /* pixels for one latent value, 2 for each level but the first */
  SfVaeHalf encoder;
  SfVaeHalf decoder;
} SfVaeConfig;

/* Whether there is a decoder. */
gboolean sf_vae_is_in (SfCheckpoint *checkpoint);

/* Reads the structure and the sizes from the tensors. The encoder may be missing. */
gboolean sf_vae_config_read (SfVaeConfig *config, SfCheckpoint *checkpoint, GError **error);

/* Input "latent" [batch, height, width, latent_channels], not scaled (the sampler's latent divided by the model's
 * factor); output "image" [batch, height · size_factor, width · size_factor, image_channels], about -1 … 1. */
SfGraph *sf_vae_build_decoder (const SfVaeConfig *config, SfFormat format, guint batch,
                               guint height, guint width) G_GNUC_WARN_UNUSED_RESULT;

/* Input "image" [batch, height, width, image_channels] in -1 … 1, height and width multiples of size_factor; output
 * "moments" [batch, height / size_factor, width / size_factor, 2 · latent_channels]: mean, then log variance. */
SfGraph *sf_vae_build_encoder (const SfVaeConfig *config, SfFormat format, guint batch,
                               guint height, guint width) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
