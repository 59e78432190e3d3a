/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-vae.h"

#include <glib/gi18n-lib.h>

#include "models/sf-dimensions.h"
#include "models/sf-layers.h"

#define DECODER SF_VAE_SCOPE ".decoder"
#define ENCODER SF_VAE_SCOPE ".encoder"
#define EPSILON 1e-6f

/* @levels: what comes before the number of a level, "<scope>.up" or "<scope>.down". */
static gboolean
read_half (SfVaeHalf *half, SfCheckpoint *checkpoint, const char *scope, const char *levels,
           GError **error)
{
  for (guint level = 0; level < SF_VAE_MAX_LEVELS; level++)
    {
      guint block = 0;

      while (block < SF_VAE_MAX_BLOCKS
             && sf_dimensions_has (checkpoint, "%s.%u.block.%u.conv1.weight", levels, level, block))
        block++;
      if (block == 0)
        break;
      if (!sf_dimensions_read (checkpoint, &half->channels[level], NULL, error,
                               "%s.%u.block.%u.conv1.weight", levels, level, block - 1))
        return FALSE;
      half->n_blocks[level] = block;
      half->n_levels++;
    }

  if (half->n_levels == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("the file has no VAE (%s.*)"),
                   levels);
      return FALSE;
    }

  return sf_dimensions_read (checkpoint, &half->edge_channels, NULL, error, "%s.conv_in.weight",
                             scope);
}

gboolean
sf_vae_is_in (SfCheckpoint *checkpoint)
{
  return sf_dimensions_has (checkpoint, DECODER ".conv_in.weight");
}

gboolean
sf_vae_config_read (SfVaeConfig *config, SfCheckpoint *checkpoint, GError **error)
{
  *config = (SfVaeConfig){ 0 };

  if (!read_half (&config->decoder, checkpoint, DECODER, DECODER ".up", error)
      || !sf_dimensions_read (checkpoint, &config->image_channels, NULL, error,
                              DECODER ".conv_out.weight")
      || !sf_dimensions_read (checkpoint, &config->latent_channels, NULL, error,
                              SF_VAE_SCOPE ".post_quant_conv.weight"))
    return FALSE;
  config->size_factor = 1u << (config->decoder.n_levels - 1);

  return !sf_dimensions_has (checkpoint, ENCODER ".conv_in.weight")
         || read_half (&config->encoder, checkpoint, ENCODER, ENCODER ".down", error);
}

static SfTensor *
build_res_block (SfGraph *graph, const char *scope, SfTensor *x, guint channels)
{
  SfTensor *skip = x;
  SfTensor *h;

  /* First, so that the norm is made in the place of what it reads. */
  if (x != NULL && x->shape.channels != channels)
    skip = sf_layer_linear (graph, scope, "nin_shortcut", x,
                            &(SfLinearLayer){ .out_features = channels });
  h = sf_layer_group_norm (graph, scope, "norm1", x, EPSILON, TRUE);
  h = sf_layer_conv (graph, scope, "conv1", h, &(SfConvLayer){ .out_channels = channels });
  h = sf_layer_group_norm (graph, scope, "norm2", h, EPSILON, TRUE);

  return sf_layer_conv (graph, scope, "conv2", h,
                        &(SfConvLayer){ .out_channels = channels, .residual = skip });
}

static SfTensor *
build_attention (SfGraph *graph, const char *scope, SfTensor *x, guint channels)
{
  const SfLinearLayer projection = { .out_features = channels };
  SfTensor *norm = sf_layer_group_norm (graph, scope, "norm", x, EPSILON, FALSE);
  SfTensor *q = sf_layer_linear (graph, scope, "q", norm, &projection);
  SfTensor *k = sf_layer_linear (graph, scope, "k", norm, &projection);
  SfTensor *v = sf_layer_linear (graph, scope, "v", norm, &projection);
  SfTensor *h = sf_layer_attention (graph, scope, q, k, v, 1, FALSE);

  return sf_layer_linear (graph, scope, "proj_out", h,
                          &(SfLinearLayer){ .out_features = channels, .residual = x });
}

static SfTensor *
build_middle (SfGraph *graph, const char *scope, SfTensor *x, guint channels)
{
  g_autofree char *first = g_strdup_printf ("%s.mid.block_1", scope);
  g_autofree char *attention = g_strdup_printf ("%s.mid.attn_1", scope);
  g_autofree char *second = g_strdup_printf ("%s.mid.block_2", scope);

  x = build_res_block (graph, first, x, channels);
  x = build_attention (graph, attention, x, channels);
  return build_res_block (graph, second, x, channels);
}

static SfTensor *
build_level (SfGraph *graph, const char *scope, SfTensor *x, guint n_blocks, guint channels)
{
  for (guint i = 0; i < n_blocks; i++)
    {
      g_autofree char *block = g_strdup_printf ("%s.block.%u", scope, i);

      x = build_res_block (graph, block, x, channels);
    }

  return x;
}

SfGraph *
sf_vae_build_decoder (const SfVaeConfig *config, SfFormat format, guint batch, guint height,
                      guint width)
{
  const SfVaeHalf *half = &config->decoder;
  SfGraph *graph = sf_graph_new ("VAE decoder", format);
  SfTensor *x = sf_graph_add_input (graph, "latent",
                                    &(SfShape){ batch, height, width, config->latent_channels },
                                    format);

  x = sf_layer_linear (graph, SF_VAE_SCOPE, "post_quant_conv", x,
                       &(SfLinearLayer){ .out_features = config->latent_channels });
  x = sf_layer_conv (graph, DECODER, "conv_in", x,
                     &(SfConvLayer){ .out_channels = half->edge_channels });
  x = build_middle (graph, DECODER, x, half->edge_channels);

  for (guint level = half->n_levels; level-- > 0;)
    {
      g_autofree char *scope = g_strdup_printf (DECODER ".up.%u", level);

      x = build_level (graph, scope, x, half->n_blocks[level], half->channels[level]);
      if (level > 0)
        x = sf_layer_conv (graph, scope, "upsample.conv", x,
                           &(SfConvLayer){ .out_channels = half->channels[level],
                                           .upsample = TRUE });
    }

  x = sf_layer_group_norm (graph, DECODER, "norm_out", x, EPSILON, TRUE);
  sf_graph_add_output (graph, "image",
                       sf_layer_conv (graph, DECODER, "conv_out", x,
                                      &(SfConvLayer){ .out_channels = config->image_channels }));

  return graph;
}

SfGraph *
sf_vae_build_encoder (const SfVaeConfig *config, SfFormat format, guint batch, guint height,
                      guint width)
{
  const SfVaeHalf *half = &config->encoder;
  const guint moments = 2 * config->latent_channels;
  const guint middle = half->channels[half->n_levels - 1];
  SfGraph *graph = sf_graph_new ("VAE encoder", format);
  SfTensor *x = sf_graph_add_input (graph, "image",
                                    &(SfShape){ batch, height, width, config->image_channels },
                                    format);

  x = sf_layer_conv (graph, ENCODER, "conv_in", x,
                     &(SfConvLayer){ .out_channels = half->edge_channels });

  for (guint level = 0; level < half->n_levels; level++)
    {
      g_autofree char *scope = g_strdup_printf (ENCODER ".down.%u", level);

      x = build_level (graph, scope, x, half->n_blocks[level], half->channels[level]);
      if (level + 1 < half->n_levels)
        x = sf_layer_conv (graph, scope, "downsample.conv", x,
                           &(SfConvLayer){
                               .out_channels = half->channels[level],
                               .stride = 2,
                               .padding = SF_PADDING_BOTTOM_RIGHT,
                           });
    }

  x = build_middle (graph, ENCODER, x, middle);
  x = sf_layer_group_norm (graph, ENCODER, "norm_out", x, EPSILON, TRUE);
  x = sf_layer_conv (graph, ENCODER, "conv_out", x, &(SfConvLayer){ .out_channels = moments });
  sf_graph_add_output (graph, "moments",
                       sf_layer_linear (graph, SF_VAE_SCOPE, "quant_conv", x,
                                        &(SfLinearLayer){ .out_features = moments }));

  return graph;
}
