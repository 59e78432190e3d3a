/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-checkpoint.h"
#include "graph/sf-graph.h"

G_BEGIN_DECLS

#define SF_TAESD_DECODER_SCOPE "taesd_decoder"
#define SF_TAESD_ENCODER_SCOPE "taesd_encoder"
#define SF_TAESD_MAX_LAYERS 64

typedef enum
{
  SF_TAESD_NONE,     /* a number without tensors */
  SF_TAESD_CONV,     /* with bias */
  SF_TAESD_RESAMPLE, /* without bias: doubles the size in the decoder, halves it in the encoder */
  SF_TAESD_BLOCK,    /* three convolutions and a skip connection */
} SfTaesdKind;

/* One half: layers in the order of their numbers. */
typedef struct
{
  guint n_layers;
  SfTaesdKind kinds[SF_TAESD_MAX_LAYERS];
  guint channels[SF_TAESD_MAX_LAYERS]; /* that leave the layer */
} SfTaesdHalf;

/* The tiny autoencoder of Stable Diffusion (github.com/madebyollin/taesd): from latents to pictures and back at a
 * fraction of the VAE's cost. Its latents are scaled like the sampler's, its pictures are 0 … 1. */
typedef struct
{
  guint latent_channels;
  guint image_channels;
  guint size_factor; /* pixels for one latent value */
  SfTaesdHalf decoder;
  SfTaesdHalf encoder;
} SfTaesdConfig;

/* Either half may be missing. */
gboolean sf_taesd_has_decoder (SfCheckpoint *checkpoint);
gboolean sf_taesd_has_encoder (SfCheckpoint *checkpoint);

/* Reads the structure and the sizes of the halves that are there from the tensors. */
gboolean sf_taesd_config_read (SfTaesdConfig *config, SfCheckpoint *checkpoint, GError **error);

/* Input "latent" [batch, height, width, latent_channels], scaled; output "image" [batch, height · size_factor,
 * width · size_factor, image_channels], about 0 … 1. */
SfGraph *sf_taesd_build_decoder (const SfTaesdConfig *config, SfFormat format, guint batch,
                                 guint height, guint width) G_GNUC_WARN_UNUSED_RESULT;

/* Input "image" [batch, height, width, image_channels] in 0 … 1, height and width multiples of size_factor; output
 * "latent" [batch, height / size_factor, width / size_factor, latent_channels], scaled. */
SfGraph *sf_taesd_build_encoder (const SfTaesdConfig *config, SfFormat format, guint batch,
                                 guint height, guint width) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
