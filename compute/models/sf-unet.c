/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-unet.h"

#include "models/sf-dimensions.h"
#include "models/sf-layers.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define FIRST_CONV SF_UNET_SCOPE ".input_blocks.0.0.weight"
#define SD1_HEADS 8
#define SD1_CONTEXT_WIDTH 768
#define SD2_HEAD_SIZE 64
#define SD2_CONTEXT_WIDTH 1024
#define RES_BLOCK_EPSILON 1e-5f
#define TRANSFORMER_EPSILON 1e-6f
#define MAX_PERIOD 10000.0

static guint
count_transformer_blocks (SfCheckpoint *checkpoint, const char *scope)
{
  guint depth = 0;

  while (depth < SF_UNET_MAX_BLOCKS
         && sf_dimensions_has (checkpoint, "%s.transformer_blocks.%u.norm1.weight", scope, depth))
    depth++;

  return depth;
}

/* Reads "<scope>.0", a res block, and "<scope>.1", a transformer if there is one. */
static gboolean
read_block (SfUnetBlock *block, SfCheckpoint *checkpoint, const char *scope, GError **error)
{
  g_autofree char *transformer = g_strdup_printf ("%s.1", scope);

  block->transformer_depth = count_transformer_blocks (checkpoint, transformer);

  return sf_dimensions_read (checkpoint, &block->channels, NULL, error, "%s.0.in_layers.2.weight",
                             scope);
}

static gboolean
read_input_blocks (SfUnetConfig *config, SfCheckpoint *checkpoint, GError **error)
{
  for (guint i = 0; i < SF_UNET_MAX_BLOCKS; i++)
    {
      g_autofree char *scope = g_strdup_printf (SF_UNET_SCOPE ".input_blocks.%u", i + 1);
      SfUnetBlock *block = &config->input[i];

      if (sf_dimensions_has (checkpoint, "%s.0.op.weight", scope))
        {
          block->resample = TRUE;
          config->size_multiple *= 2;
          if (!sf_dimensions_read (checkpoint, &block->channels, NULL, error, "%s.0.op.weight",
                                   scope))
            return FALSE;
        }
      else if (!sf_dimensions_has (checkpoint, "%s.0.in_layers.2.weight", scope))
        break;
      else if (!read_block (block, checkpoint, scope, error))
        return FALSE;

      config->n_input++;
    }

  return TRUE;
}

static gboolean
read_output_blocks (SfUnetConfig *config, SfCheckpoint *checkpoint, GError **error)
{
  for (guint i = 0; i < SF_UNET_MAX_BLOCKS; i++)
    {
      g_autofree char *scope = g_strdup_printf (SF_UNET_SCOPE ".output_blocks.%u", i);
      SfUnetBlock *block = &config->output[i];

      if (!sf_dimensions_has (checkpoint, "%s.0.in_layers.2.weight", scope))
        break;
      if (!read_block (block, checkpoint, scope, error))
        return FALSE;
      block->resample = sf_dimensions_has (checkpoint, "%s.%u.conv.weight", scope,
                                           block->transformer_depth > 0 ? 2 : 1);

      config->n_output++;
    }

  return TRUE;
}

static gboolean
read_context_width (SfUnetConfig *config, SfCheckpoint *checkpoint, GError **error)
{
  guint rows;

  return sf_dimensions_read (checkpoint, &rows, &config->context_width, error,
                             SF_UNET_SCOPE
                             ".middle_block.1.transformer_blocks.0.attn2.to_k.weight");
}

/* Sizes of both kinds are known by their context; others tell by the layers around the transformers. */
static void
read_heads (SfUnetConfig *config, SfCheckpoint *checkpoint)
{
  const SfTensorInfo *proj_in = sf_checkpoint_find (checkpoint,
                                                    SF_UNET_SCOPE ".middle_block.1.proj_in.weight");
  const gboolean is_linear = proj_in != NULL && proj_in->n_dims == 2;

  if (config->context_width == SD2_CONTEXT_WIDTH
      || (config->context_width != SD1_CONTEXT_WIDTH && is_linear))
    config->head_size = SD2_HEAD_SIZE;
  else
    config->heads = SD1_HEADS;
}

gboolean
sf_unet_is_in (SfCheckpoint *checkpoint)
{
  return sf_dimensions_has (checkpoint, FIRST_CONV);
}

gboolean
sf_unet_config_read (SfUnetConfig *config, SfCheckpoint *checkpoint, GError **error)
{
  guint upsamplings = 1;

  *config = (SfUnetConfig){ .size_multiple = 1 };

  if (!sf_dimensions_read (checkpoint, &config->model_channels, &config->in_channels, error,
                           FIRST_CONV)
      || !sf_dimensions_read (checkpoint, &config->out_channels, NULL, error,
                              SF_UNET_SCOPE ".out.2.weight")
      || !read_input_blocks (config, checkpoint, error)
      || !read_output_blocks (config, checkpoint, error)
      || !read_context_width (config, checkpoint, error))
    return FALSE;

  read_heads (config, checkpoint);

  for (guint i = 0; i < config->n_output; i++)
    if (config->output[i].resample)
      upsamplings *= 2;
  if (config->n_output != config->n_input + 1 || upsamplings != config->size_multiple)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("the UNet has %u input and %u output blocks, which do not belong together"),
                   config->n_input + 1, config->n_output);
      return FALSE;
    }

  config->middle_transformer_depth = count_transformer_blocks (checkpoint,
                                                               SF_UNET_SCOPE ".middle_block.1");

  return TRUE;
}

void
sf_unet_embed_timestep (double timestep, guint channels, float *embedding)
{
  guint half = channels / 2;

  for (guint i = 0; i < half; i++)
    {
      float frequency = expf ((float) (-log (MAX_PERIOD)) * (float) i / (float) half);
      float angle = (float) timestep * frequency;

      embedding[i] = cosf (angle);
      embedding[half + i] = sinf (angle);
    }
  if (channels % 2 == 1)
    embedding[channels - 1] = 0;
}

typedef struct
{
  const SfUnetConfig *config;
  SfGraph *graph;
  SfTensor *time; /* SiLU of the time embedding: every res block starts with it */
  SfTensor *context;
} Builder;

static guint
channels_of (const SfTensor *tensor)
{
  return tensor != NULL ? tensor->shape.channels : 0;
}

static SfTensor *
build_res_block (const Builder *self, const char *scope, SfTensor *x, guint channels)
{
  SfTensor *skip = x;
  SfTensor *bias = sf_layer_linear (self->graph, scope, "emb_layers.1", self->time,
                                    &(SfLinearLayer){ .out_features = channels });
  SfTensor *h = sf_layer_group_norm (self->graph, scope, "in_layers.0", x, RES_BLOCK_EPSILON, TRUE);

  h = sf_layer_conv (self->graph, scope, "in_layers.2", h,
                     &(SfConvLayer){ .out_channels = channels, .channel_bias = bias });
  h = sf_layer_group_norm (self->graph, scope, "out_layers.0", h, RES_BLOCK_EPSILON, TRUE);
  if (channels_of (x) != channels)
    skip = sf_layer_linear (self->graph, scope, "skip_connection", x,
                            &(SfLinearLayer){ .out_features = channels });

  return sf_layer_conv (self->graph, scope, "out_layers.3", h,
                        &(SfConvLayer){ .out_channels = channels, .residual = skip });
}

static SfTensor *
build_attention (const Builder *self, const char *scope, SfTensor *x, SfTensor *norm,
                 SfTensor *context)
{
  guint channels = channels_of (x);
  const SfLinearLayer projection = { .out_features = channels, .without_bias = TRUE };
  SfTensor *q = sf_layer_linear (self->graph, scope, "to_q", norm, &projection);
  SfTensor *k = sf_layer_linear (self->graph, scope, "to_k", context, &projection);
  SfTensor *v = sf_layer_linear (self->graph, scope, "to_v", context, &projection);
  const guint heads = self->config->heads > 0 ? self->config->heads
                                              : channels / self->config->head_size;
  SfTensor *h = sf_layer_attention (self->graph, scope, q, k, v, heads, FALSE);

  return sf_layer_linear (self->graph, scope, "to_out.0", h,
                          &(SfLinearLayer){ .out_features = channels, .residual = x });
}

static SfTensor *
build_transformer_block (const Builder *self, const char *scope, SfTensor *x)
{
  g_autofree char *self_attention = g_strdup_printf ("%s.attn1", scope);
  g_autofree char *cross_attention = g_strdup_printf ("%s.attn2", scope);
  guint channels = channels_of (x);
  SfTensor *norm = sf_layer_layer_norm (self->graph, scope, "norm1", x);

  x = build_attention (self, self_attention, x, norm, norm);
  norm = sf_layer_layer_norm (self->graph, scope, "norm2", x);
  x = build_attention (self, cross_attention, x, norm, self->context);
  norm = sf_layer_layer_norm (self->graph, scope, "norm3", x);
  norm = sf_layer_linear (self->graph, scope, "ff.net.0.proj", norm,
                          &(SfLinearLayer){ .out_features = 4 * channels, .geglu = TRUE });

  return sf_layer_linear (self->graph, scope, "ff.net.2", norm,
                          &(SfLinearLayer){ .out_features = channels, .residual = x });
}

static SfTensor *
build_transformer (const Builder *self, const char *scope, SfTensor *x, guint depth)
{
  guint channels = channels_of (x);
  SfTensor *h = sf_layer_group_norm (self->graph, scope, "norm", x, TRANSFORMER_EPSILON, FALSE);

  h = sf_layer_linear (self->graph, scope, "proj_in", h,
                       &(SfLinearLayer){ .out_features = channels });
  for (guint i = 0; i < depth; i++)
    {
      g_autofree char *block = g_strdup_printf ("%s.transformer_blocks.%u", scope, i);

      h = build_transformer_block (self, block, h);
    }

  return sf_layer_linear (self->graph, scope, "proj_out", h,
                          &(SfLinearLayer){ .out_features = channels, .residual = x });
}

/* A res block, its transformer if it has one, and the upsampling if it ends in one. */
static SfTensor *
build_block (const Builder *self, const char *scope, SfTensor *x, const SfUnetBlock *block)
{
  g_autofree char *res = g_strdup_printf ("%s.0", scope);
  guint next = 1;

  x = build_res_block (self, res, x, block->channels);
  if (block->transformer_depth > 0)
    {
      g_autofree char *transformer = g_strdup_printf ("%s.%u", scope, next++);

      x = build_transformer (self, transformer, x, block->transformer_depth);
    }
  if (block->resample)
    {
      g_autofree char *upsample = g_strdup_printf ("%s.%u", scope, next);

      x = sf_layer_conv (self->graph, upsample, "conv", x,
                         &(SfConvLayer){ .out_channels = block->channels, .upsample = TRUE });
    }

  return x;
}

static SfTensor *
build_middle (const Builder *self, SfTensor *x)
{
  guint channels = channels_of (x);

  x = build_res_block (self, SF_UNET_SCOPE ".middle_block.0", x, channels);
  x = build_transformer (self, SF_UNET_SCOPE ".middle_block.1", x,
                         self->config->middle_transformer_depth);
  return build_res_block (self, SF_UNET_SCOPE ".middle_block.2", x, channels);
}

static SfTensor *
build_time_embedding (SfGraph *graph, SfTensor *time)
{
  const SfLinearLayer layer = { .out_features = 4 * time->shape.channels,
                                .activation = SF_ACTIVATION_SILU };

  time = sf_layer_linear (graph, SF_UNET_SCOPE, "time_embed.0", time, &layer);
  return sf_layer_linear (graph, SF_UNET_SCOPE, "time_embed.2", time, &layer);
}

/* Output blocks that work at the size of the latent, up to SF_UNET_OUTER_BLOCKS, and as many input blocks. */
static guint
count_outer_blocks (const SfUnetConfig *config)
{
  guint n = 1;

  while (n < SF_UNET_OUTER_BLOCKS && n < config->n_input && !config->input[n - 1].resample)
    n++;

  return n;
}

static SfTensor *
add_deep_input (SfGraph *graph, const SfUnetConfig *config, SfFormat format, const SfTensor *latent)
{
  SfShape shape = latent->shape;

  shape.channels = config->output[config->n_output - count_outer_blocks (config) - 1].channels;
  return sf_graph_add_input (graph, "deep", &shape, format);
}

SfGraph *
sf_unet_build (const SfUnetConfig *config, SfFormat format, guint batch, guint height, guint width,
               guint tokens, SfUnetBlocks blocks)
{
  const guint n_outer = count_outer_blocks (config);
  const guint first_outer = config->n_output - n_outer;
  const gboolean is_whole = blocks != SF_UNET_OUTER;
  const guint n_input = is_whole ? config->n_input : n_outer - 1;
  SfGraph *graph = sf_graph_new (is_whole ? "UNet" : "UNet's outer blocks", format);
  SfTensor *skips[SF_UNET_MAX_BLOCKS + 1];
  guint n_skips = 0;
  SfTensor *x = sf_graph_add_input (graph, "latent",
                                    &(SfShape){ batch, height, width, config->in_channels },
                                    format);
  SfTensor *time = sf_graph_add_input (graph, "time",
                                       &(SfShape){ batch, 1, 1, config->model_channels }, format);
  SfTensor *deep = is_whole ? NULL : add_deep_input (graph, config, format, x);
  const Builder builder = {
    .config = config,
    .graph = graph,
    .time = build_time_embedding (graph, time),
    .context = sf_graph_add_input (graph, "context",
                                   &(SfShape){ batch, 1, tokens, config->context_width }, format),
  };

  x = sf_layer_conv (graph, SF_UNET_SCOPE ".input_blocks.0", "0", x,
                     &(SfConvLayer){ .out_channels = config->model_channels });
  skips[n_skips++] = x;

  for (guint i = 0; i < n_input; i++)
    {
      const SfUnetBlock *block = &config->input[i];
      g_autofree char *scope = g_strdup_printf (SF_UNET_SCOPE ".input_blocks.%u", i + 1);

      if (block->resample)
        x = sf_layer_conv (graph, scope, "0.op", x,
                           &(SfConvLayer){ .out_channels = block->channels, .stride = 2 });
      else
        x = build_block (&builder, scope, x, block);
      skips[n_skips++] = x;
    }

  x = is_whole ? build_middle (&builder, x) : deep;

  for (guint i = is_whole ? 0 : first_outer; i < config->n_output; i++)
    {
      g_autofree char *scope = g_strdup_printf (SF_UNET_SCOPE ".output_blocks.%u", i);

      if (blocks == SF_UNET_ALL_AND_KEEP && i == first_outer)
        sf_graph_add_output (graph, "deep", x);
      x = sf_layer_concat (graph, scope, x, skips[--n_skips]);
      x = build_block (&builder, scope, x, &config->output[i]);
    }

  x = sf_layer_group_norm (graph, SF_UNET_SCOPE, "out.0", x, RES_BLOCK_EPSILON, TRUE);
  sf_graph_add_output (graph, "prediction",
                       sf_layer_conv (graph, SF_UNET_SCOPE, "out.2", x,
                                      &(SfConvLayer){ .out_channels = config->out_channels }));

  return graph;
}
