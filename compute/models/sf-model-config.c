/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-model-config.h"

#include "models/sf-dimensions.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define LATENT_SCALE 0.18215f
#define KNOWN_LATENT_CHANNELS 4
#define SDXL_TEXT_ENCODER "conditioner.embedders.1.model.ln_final.weight"

/* Query, key and value of a stacked projection. */
#define N_STACKED 3

static const char *const part_names[SF_N_PARTS] = {
  [SF_PART_TEXT] = N_ ("text encoder"), [SF_PART_UNET] = "UNet",
  [SF_PART_VAE_DECODER] = "VAE",        [SF_PART_VAE_ENCODER] = N_ ("VAE encoder"),
  [SF_PART_TAESD_DECODER] = "TAESD",    [SF_PART_TAESD_ENCODER] = N_ ("TAESD encoder"),
};

/* Least-squares fit of SD 1's latents to pictures (figures from stable-diffusion.cpp, latent-preview.h). */
static const float sd1_latent_rgb[5][3] = {
  { 0.337366f, 0.216344f, 0.257386f },    { 0.165636f, 0.386828f, 0.046994f },
  { -0.267803f, 0.237036f, 0.223517f },   { -0.178022f, -0.200862f, -0.678514f },
  { -0.017478f, -0.055834f, -0.105825f },
};

static gboolean
parse_latent_rgb (const char *text, float latent_rgb[5][3])
{
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonArray *rows = root != NULL && JSON_NODE_HOLDS_ARRAY (root) ? json_node_get_array (root)
                                                                 : NULL;

  if (rows == NULL || json_array_get_length (rows) != 5)
    return FALSE;

  for (guint i = 0; i < 5; i++)
    {
      JsonNode *node = json_array_get_element (rows, i);
      JsonArray *row = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

      if (row == NULL || json_array_get_length (row) != 3)
        return FALSE;
      for (guint j = 0; j < 3; j++)
        {
          JsonNode *value = json_array_get_element (row, j);

          if (!JSON_NODE_HOLDS_VALUE (value))
            return FALSE;
          latent_rgb[i][j] = (float) json_node_get_double (value);
        }
    }

  return TRUE;
}

/* What our own models say of themselves; anything unusable keeps the default. */
static void
read_metadata (SfModelConfig *config, SfCheckpoint *checkpoint)
{
  const char *size = sf_checkpoint_get_metadata (checkpoint, "sfumato.size");
  const char *matrix = sf_checkpoint_get_metadata (checkpoint, "sfumato.latent_rgb");
  float latent_rgb[5][3];
  guint64 native;

  if (size != NULL
      && g_ascii_string_to_unsigned (size, 10, config->size_multiple, 8192, &native, NULL))
    config->family.native_size = (guint) native / config->size_multiple * config->size_multiple;
  if (matrix != NULL && parse_latent_rgb (matrix, latent_rgb))
    memcpy (config->latent_rgb, latent_rgb, sizeof latent_rgb);
}

/* @shape, @n_stacked times over, against the tensor's [rows, columns, …]: trailing extents make up the taps. */
static gboolean
shape_fits (const SfTensorInfo *tensor, const SfWeightShape *shape, guint n_stacked)
{
  const guint64 rows = (guint64) shape->rows * n_stacked;
  guint64 taps = 1;

  if (shape->kind == SF_WEIGHT_VECTOR)
    return tensor->n_dims == 1 && tensor->dims[0] == rows;

  for (guint i = 2; i < tensor->n_dims; i++)
    taps *= tensor->dims[i];

  return tensor->n_dims >= 2 && tensor->dims[0] == rows && tensor->dims[1] == shape->columns
         && taps == MAX (shape->taps, 1);
}

/* @index: which of the stacked weights of the tensor is meant, or -1 where it holds but one. */
static const SfTensorInfo *
find_weight (SfCheckpoint *checkpoint, const char *weight, const SfWeightShape *shape, int *index,
             GError **error)
{
  const char *colon = strchr (weight, ':');
  g_autofree char *name = g_strndup (weight,
                                     colon != NULL ? (gsize) (colon - weight) : strlen (weight));
  const SfTensorInfo *tensor = sf_checkpoint_find (checkpoint, name);

  *index = colon != NULL ? colon[1] - '0' : -1;
  if (tensor == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("the file has no tensor %s"), name);
  else if (!shape_fits (tensor, shape, colon != NULL ? N_STACKED : 1))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("tensor %s does not have the shape that its place needs"), name);
      return NULL;
    }

  return tensor;
}

gboolean
sf_part_size_equal (const SfPartSize *a, const SfPartSize *b)
{
  return a->part == b->part && a->batch == b->batch && a->height == b->height
         && a->width == b->width && a->tokens == b->tokens && a->clip_skip == b->clip_skip
         && a->unet_blocks == b->unet_blocks;
}

/* The weight's first value in its tensor. */
static gsize
get_first_value (const SfTensorInfo *tensor, int index)
{
  return index < 0 ? 0 : tensor->n_values / N_STACKED * (gsize) index;
}

gboolean
sf_model_config_read_weight (gpointer checkpoint, const char *name, const SfWeightShape *shape,
                             guint first_row, guint n_rows, float *values, GError **error)
{
  const gsize row_values = (gsize) MAX (shape->columns, 1) * MAX (shape->taps, 1);
  int index;
  const SfTensorInfo *tensor = find_weight (checkpoint, name, shape, &index, error);

  return tensor != NULL
         && sf_tensor_info_read_some_f32 (tensor,
                                          get_first_value (tensor, index) + first_row * row_values,
                                          n_rows * row_values, values, error);
}

gconstpointer
sf_model_config_find_halves (gpointer checkpoint, const char *name, const SfWeightShape *shape)
{
  int index;
  const SfTensorInfo *tensor = find_weight (checkpoint, name, shape, &index, NULL);

  return tensor != NULL && tensor->dtype == SF_DTYPE_F16 && sf_tensor_info_is_plain (tensor)
             ? tensor->data + get_first_value (tensor, index) * sizeof (guint16)
             : NULL;
}

/* Builds the part at its least size and looks up all its weights. */
static gboolean
check_weights (const SfModelConfig *config, SfCheckpoint *checkpoint, const SfPartSize *size,
               GError **error)
{
  g_autoptr (SfGraph) graph = sf_model_config_build (config, size, SF_FORMAT_F32);

  if (!sf_graph_check (graph, error))
    return FALSE;

  for (guint i = 0; i < sf_graph_get_n_nodes (graph); i++)
    {
      const SfNode *node = sf_graph_get_node (graph, i);

      for (guint j = 0; j < SF_OP_MAX_WEIGHTS; j++)
        {
          int index;

          if (node->weights[j] != NULL
              && find_weight (checkpoint, node->weights[j], &node->call.weight_shapes[j], &index,
                              error)
                     == NULL)
            return FALSE;
        }
    }

  return TRUE;
}

static gboolean
check_parts_fit (const SfModelConfig *config, GError **error)
{
  const gboolean has_unet = sf_model_config_has (config, SF_PART_UNET);

  if ((has_unet && config->unet.out_channels != KNOWN_LATENT_CHANNELS)
      || (sf_model_config_has (config, SF_PART_VAE_DECODER)
          && config->vae.latent_channels != KNOWN_LATENT_CHANNELS)
      || (config->taesd.latent_channels != 0
          && config->taesd.latent_channels != KNOWN_LATENT_CHANNELS))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 _ ("its latents do not have %u channels, and only models with %u are supported"),
                 KNOWN_LATENT_CHANNELS, KNOWN_LATENT_CHANNELS);
  else if (has_unet && sf_model_config_has (config, SF_PART_TEXT)
           && config->unet.context_width != config->clip.width)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 _ ("its UNet wants a text encoder %u wide, and the one in the file is %u wide"),
                 config->unet.context_width, config->clip.width);
  else
    return TRUE;

  return FALSE;
}

/* The sizes of the parts, and what they are together. */
static gboolean
read_parts (SfModelConfig *config, SfCheckpoint *checkpoint, GError **error)
{
  if (sf_dimensions_has (checkpoint, SDXL_TEXT_ENCODER))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _ ("it is of Stable Diffusion XL, and only Stable Diffusion 1 and 2 are "
                              "supported"));
      return FALSE;
    }

  if (sf_clip_is_in (checkpoint) && !sf_clip_config_read (&config->clip, checkpoint, error))
    return FALSE;
  if (sf_vae_is_in (checkpoint) && !sf_vae_config_read (&config->vae, checkpoint, error))
    return FALSE;
  if (!sf_taesd_config_read (&config->taesd, checkpoint, error))
    return FALSE;
  if (sf_unet_is_in (checkpoint))
    return sf_unet_config_read (&config->unet, checkpoint, error)
           && sf_model_family_read (&config->family, &config->unet, checkpoint, error);

  for (guint part = 0; part < SF_N_PARTS && config->family.name == NULL; part++)
    if (sf_model_config_has (config, part))
      config->family.name = part_names[part];
  if (config->family.name != NULL)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("the file has no part of Stable Diffusion: neither UNet nor VAE, text "
                          "encoder or TAESD"));
  return FALSE;
}

static gboolean
read_config (SfModelConfig *config, SfCheckpoint *checkpoint, GError **error)
{
  guint side;

  *config = (SfModelConfig){ .latent_scale = LATENT_SCALE };
  memcpy (config->latent_rgb, sd1_latent_rgb, sizeof sd1_latent_rgb);

  if (!read_parts (config, checkpoint, error) || !check_parts_fit (config, error))
    return FALSE;

  side = MAX (config->unet.size_multiple, 1);
  config->size_multiple = side * MAX (config->vae.size_factor, 1);
  read_metadata (config, checkpoint);

  {
    const SfPartSize sizes[SF_N_PARTS] = {
      { .part = SF_PART_TEXT, .batch = 1, .tokens = 1, .clip_skip = 1 },
      { .part = SF_PART_UNET, .batch = 1, .height = side, .width = side, .tokens = 1 },
      { .part = SF_PART_VAE_DECODER, .batch = 1, .height = 1, .width = 1 },
      { .part = SF_PART_VAE_ENCODER,
        .batch = 1,
        .height = config->vae.size_factor,
        .width = config->vae.size_factor },
      { .part = SF_PART_TAESD_DECODER, .batch = 1, .height = 1, .width = 1 },
      { .part = SF_PART_TAESD_ENCODER,
        .batch = 1,
        .height = config->taesd.size_factor,
        .width = config->taesd.size_factor },
    };

    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
      if (sf_model_config_has (config, sizes[i].part)
          && !check_weights (config, checkpoint, &sizes[i], error))
        return FALSE;
  }

  return TRUE;
}

gboolean
sf_model_config_read (SfModelConfig *config, SfCheckpoint *checkpoint, GError **error)
{
  if (read_config (config, checkpoint, error))
    return TRUE;

  g_prefix_error (error, _ ("%s is not a model that can be used: "),
                  sf_checkpoint_get_path (checkpoint));
  return FALSE;
}

gboolean
sf_model_config_has (const SfModelConfig *config, SfPart part)
{
  switch (part)
    {
    case SF_PART_TEXT:
      return config->clip.layers > 0;
    case SF_PART_UNET:
      return config->unet.model_channels > 0;
    case SF_PART_VAE_DECODER:
      return config->vae.decoder.n_levels > 0;
    case SF_PART_VAE_ENCODER:
      return config->vae.encoder.n_levels > 0;
    case SF_PART_TAESD_DECODER:
      return config->taesd.decoder.n_layers > 0;
    case SF_PART_TAESD_ENCODER:
      return config->taesd.encoder.n_layers > 0;
    default:
      g_assert_not_reached ();
    }
}

gboolean
sf_model_config_check_part (const SfModelConfig *config, SfPart part, GError **error)
{
  if (sf_model_config_has (config, part))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _ ("the model has no %s"),
               _ (part_names[part]));
  return FALSE;
}

gboolean
sf_model_config_check_paints (const SfModelConfig *config, GError **error)
{
  if (!sf_model_config_check_part (config, SF_PART_UNET, error)
      || !sf_model_config_check_part (config, SF_PART_TEXT, error)
      || !sf_model_config_check_part (config, SF_PART_VAE_DECODER, error))
    return FALSE;
  if (config->family.needs == NULL)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               _ ("a model of the kind %s also needs %s, which is not supported yet"),
               config->family.name, _ (config->family.needs));
  return FALSE;
}

SfGraph *
sf_model_config_build (const SfModelConfig *config, const SfPartSize *size, SfFormat format)
{
  switch (size->part)
    {
    case SF_PART_TEXT:
      return sf_clip_build (&config->clip, format, size->batch, size->tokens, size->clip_skip);
    case SF_PART_UNET:
      return sf_unet_build (&config->unet, format, size->batch, size->height, size->width,
                            size->tokens, size->unet_blocks);
    case SF_PART_VAE_DECODER:
      return sf_vae_build_decoder (&config->vae, format, size->batch, size->height, size->width);
    case SF_PART_VAE_ENCODER:
      return sf_vae_build_encoder (&config->vae, format, size->batch, size->height, size->width);
    case SF_PART_TAESD_DECODER:
      return sf_taesd_build_decoder (&config->taesd, format, size->batch, size->height,
                                     size->width);
    case SF_PART_TAESD_ENCODER:
      return sf_taesd_build_encoder (&config->taesd, format, size->batch, size->height,
                                     size->width);
    default:
      g_assert_not_reached ();
    }
}
