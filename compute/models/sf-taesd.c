/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-taesd.h"

#include <glib/gi18n-lib.h>

#include "models/sf-dimensions.h"
#include "models/sf-layers.h"

#define MAX_SIZE_FACTOR 64
#define FIRST_DECODER_CONV SF_TAESD_DECODER_SCOPE ".1.weight"
#define FIRST_ENCODER_CONV SF_TAESD_ENCODER_SCOPE ".0.weight"

gboolean
sf_taesd_has_decoder (SfCheckpoint *checkpoint)
{
  return sf_checkpoint_find (checkpoint, FIRST_DECODER_CONV) != NULL;
}

gboolean
sf_taesd_has_encoder (SfCheckpoint *checkpoint)
{
  return sf_checkpoint_find (checkpoint, FIRST_ENCODER_CONV) != NULL;
}

/* Both halves must agree in what they have in common. */
static gboolean
agree (guint *known, guint value, const char *what, GError **error)
{
  if (*known == 0)
    *known = value;
  if (*known == value)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("the encoder and the decoder of the tiny autoencoder have different %s"), what);
  return FALSE;
}

static gboolean
read_half (SfTaesdConfig *config, SfTaesdHalf *half, SfCheckpoint *checkpoint, const char *scope,
           GError **error)
{
  guint size_factor = 1;

  for (guint i = 0; i < SF_TAESD_MAX_LAYERS; i++)
    {
      const gboolean is_block = sf_dimensions_has (checkpoint, "%s.%u.conv.0.weight", scope, i);

      if (!is_block && !sf_dimensions_has (checkpoint, "%s.%u.weight", scope, i))
        continue;

      half->n_layers = i + 1;
      if (is_block)
        half->kinds[i] = SF_TAESD_BLOCK;
      else if (sf_dimensions_has (checkpoint, "%s.%u.bias", scope, i))
        half->kinds[i] = SF_TAESD_CONV;
      else
        half->kinds[i] = SF_TAESD_RESAMPLE;
      if (half->kinds[i] == SF_TAESD_RESAMPLE)
        size_factor *= 2;
      if (size_factor > MAX_SIZE_FACTOR)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                               _ ("the tiny autoencoder changes the size too often"));
          return FALSE;
        }
      if (!sf_dimensions_read (checkpoint, &half->channels[i], NULL, error, "%s.%u.%s", scope, i,
                               is_block ? "conv.4.weight" : "weight"))
        return FALSE;
    }

  return agree (&config->size_factor, size_factor, "sizes", error);
}

gboolean
sf_taesd_config_read (SfTaesdConfig *config, SfCheckpoint *checkpoint, GError **error)
{
  guint channels, inputs;

  *config = (SfTaesdConfig){ 0 };

  if (sf_taesd_has_decoder (checkpoint))
    {
      SfTaesdHalf *half = &config->decoder;

      if (!read_half (config, half, checkpoint, SF_TAESD_DECODER_SCOPE, error)
          || !sf_dimensions_read (checkpoint, &channels, &inputs, error, FIRST_DECODER_CONV))
        return FALSE;
      config->latent_channels = inputs;
      config->image_channels = half->channels[half->n_layers - 1];
    }
  if (sf_taesd_has_encoder (checkpoint))
    {
      SfTaesdHalf *half = &config->encoder;

      if (!read_half (config, half, checkpoint, SF_TAESD_ENCODER_SCOPE, error)
          || !sf_dimensions_read (checkpoint, &channels, &inputs, error, FIRST_ENCODER_CONV)
          || !agree (&config->image_channels, inputs, "pictures", error)
          || !agree (&config->latent_channels, half->channels[half->n_layers - 1], "latents",
                     error))
        return FALSE;
    }

  return TRUE;
}

static SfTensor *
build_block (SfGraph *graph, const char *scope, SfTensor *x, guint channels)
{
  const SfConvLayer relu = { .out_channels = channels, .activation = SF_ACTIVATION_RELU };
  SfTensor *h = sf_layer_conv (graph, scope, "conv.0", x, &relu);

  h = sf_layer_conv (graph, scope, "conv.2", h, &relu);
  if (x != NULL && x->shape.channels != channels)
    x = sf_layer_linear (graph, scope, "skip", x,
                         &(SfLinearLayer){ .out_features = channels, .without_bias = TRUE });
  h = sf_layer_conv (graph, scope, "conv.4", h,
                     &(SfConvLayer){ .out_channels = channels, .residual = x });

  return sf_layer_activation (graph, scope, h, SF_ACTIVATION_RELU);
}

static SfTensor *
build_half (SfGraph *graph, const SfTaesdHalf *half, const char *scope, SfTensor *x,
            gboolean is_decoder)
{
  for (guint i = 0; i < half->n_layers; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);
      g_autofree char *block = g_strdup_printf ("%s.%u", scope, i);
      const guint channels = half->channels[i];

      switch (half->kinds[i])
        {
        case SF_TAESD_BLOCK:
          x = build_block (graph, block, x, channels);
          break;
        case SF_TAESD_CONV:
          /* The decoder's first layer is followed by the only activation outside the blocks. */
          x = sf_layer_conv (graph, scope, name, x,
                             &(SfConvLayer){
                                 .out_channels = channels,
                                 .activation = is_decoder && i + 1 < half->n_layers
                                                   ? SF_ACTIVATION_RELU
                                                   : SF_ACTIVATION_NONE,
                             });
          break;
        case SF_TAESD_RESAMPLE:
          x = sf_layer_conv (graph, scope, name, x,
                             &(SfConvLayer){
                                 .out_channels = channels,
                                 .stride = is_decoder ? 1 : 2,
                                 .upsample = is_decoder,
                                 .without_bias = TRUE,
                             });
          break;
        case SF_TAESD_NONE:
        default:
          break;
        }
    }

  return x;
}

SfGraph *
sf_taesd_build_decoder (const SfTaesdConfig *config, SfFormat format, guint batch, guint height,
                        guint width)
{
  SfGraph *graph = sf_graph_new ("TAESD decoder", format);
  SfTensor *x = sf_graph_add_input (graph, "latent",
                                    &(SfShape){ batch, height, width, config->latent_channels },
                                    format);

  x = sf_layer_activation (graph, SF_TAESD_DECODER_SCOPE ".0", x, SF_ACTIVATION_SOFT_CLAMP);
  sf_graph_add_output (graph, "image",
                       build_half (graph, &config->decoder, SF_TAESD_DECODER_SCOPE, x, TRUE));

  return graph;
}

SfGraph *
sf_taesd_build_encoder (const SfTaesdConfig *config, SfFormat format, guint batch, guint height,
                        guint width)
{
  SfGraph *graph = sf_graph_new ("TAESD encoder", format);
  SfTensor *x = sf_graph_add_input (graph, "image",
                                    &(SfShape){ batch, height, width, config->image_channels },
                                    format);

  sf_graph_add_output (graph, "latent",
                       build_half (graph, &config->encoder, SF_TAESD_ENCODER_SCOPE, x, FALSE));

  return graph;
}
