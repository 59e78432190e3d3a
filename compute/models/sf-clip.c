/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-clip.h"

#include <glib/gi18n-lib.h>

#include "models/sf-dimensions.h"
#include "models/sf-layers.h"
#include "ops/sf-embedding.h"
#include "ops/sf-linear.h"

#define HEAD_WIDTH 64
#define MAX_LAYERS 64
#define END_ID 49407
#define VIT_H_WIDTH 1024
#define VIT_H_LAYERS 24

struct _SfClipNames
{
  const char *token_table;
  const char *position_table;
  const char *layers;
  const char *norm1;
  const char *norm2;
  const char *query; /* NULL: query, key and value are stacked in attn.in_proj */
  const char *key;
  const char *value;
  const char *attention_out;
  const char *up;
  const char *down;
  const char *final_norm;
};

static const SfClipNames transformers_names = {
  .token_table = "embeddings.token_embedding.weight",
  .position_table = "embeddings.position_embedding.weight",
  .layers = "encoder.layers",
  .norm1 = "layer_norm1",
  .norm2 = "layer_norm2",
  .query = "self_attn.q_proj",
  .key = "self_attn.k_proj",
  .value = "self_attn.v_proj",
  .attention_out = "self_attn.out_proj",
  .up = "mlp.fc1",
  .down = "mlp.fc2",
  .final_norm = "final_layer_norm",
};

static const SfClipNames open_clip_names = {
  .token_table = "token_embedding.weight",
  .position_table = "positional_embedding",
  .layers = "transformer.resblocks",
  .norm1 = "ln_1",
  .norm2 = "ln_2",
  .attention_out = "attn.out_proj",
  .up = "mlp.c_fc",
  .down = "mlp.c_proj",
  .final_norm = "ln_final",
};

static const struct
{
  const char *scope;
  const SfClipNames *names;
} namings[] = {
  { "cond_stage_model.transformer.text_model", &transformers_names },
  { "cond_stage_model.model", &open_clip_names },
};

/* The number of naming that the checkpoint follows, or G_N_ELEMENTS (namings). */
static guint
find_naming (SfCheckpoint *checkpoint)
{
  guint i = 0;

  while (
      i < G_N_ELEMENTS (namings)
      && !sf_dimensions_has (checkpoint, "%s.%s", namings[i].scope, namings[i].names->token_table))
    i++;

  return i;
}

gboolean
sf_clip_is_in (SfCheckpoint *checkpoint)
{
  return find_naming (checkpoint) < G_N_ELEMENTS (namings);
}

static gboolean
has_layer (const SfClipConfig *config, SfCheckpoint *checkpoint, guint index)
{
  return sf_dimensions_has (checkpoint, "%s.%s.%u.%s.weight", config->scope, config->names->layers,
                            index, config->names->up);
}

gboolean
sf_clip_config_read (SfClipConfig *config, SfCheckpoint *checkpoint, GError **error)
{
  const guint naming = find_naming (checkpoint);
  gboolean is_open_clip;

  if (naming == G_N_ELEMENTS (namings))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("the file has no CLIP text encoder (cond_stage_model.*)"));
      return FALSE;
    }

  *config = (SfClipConfig){ .names = namings[naming].names, .scope = namings[naming].scope };
  if (!sf_dimensions_read (checkpoint, &config->vocabulary, &config->width, error, "%s.%s",
                           config->scope, config->names->token_table)
      || !sf_dimensions_read (checkpoint, &config->positions, NULL, error, "%s.%s", config->scope,
                              config->names->position_table)
      || !sf_dimensions_read (checkpoint, &config->hidden, NULL, error, "%s.%s.0.%s.weight",
                              config->scope, config->names->layers, config->names->up))
    return FALSE;

  while (config->layers < MAX_LAYERS && has_layer (config, checkpoint, config->layers))
    config->layers++;

  is_open_clip = config->names == &open_clip_names || config->width == VIT_H_WIDTH;
  if (is_open_clip && config->layers == VIT_H_LAYERS - 1)
    config->layers++;
  config->used_layers = is_open_clip ? MAX (config->layers, 2) - 1 : config->layers;
  config->exact_gelu = is_open_clip;
  config->pad_id = is_open_clip ? 0 : END_ID;

  return TRUE;
}

/* A third of OpenCLIP's stacked projection: "<name>:<index>" are the rows of that index in the tensor. */
static SfTensor *
build_stacked_projection (const SfClipConfig *config, SfGraph *graph, const char *scope,
                          guint index, SfTensor *x)
{
  const SfLinearParams params = { .out_features = config->width, .has_bias = TRUE };
  g_autofree char *label = g_strdup_printf ("%s.attn.in_proj:%u", scope, index);
  g_autofree char *weight = g_strdup_printf ("%s.attn.in_proj_weight:%u", scope, index);
  g_autofree char *bias = g_strdup_printf ("%s.attn.in_proj_bias:%u", scope, index);

  return sf_graph_add (graph, &(SfNodeParams){
                                  .op = &sf_op_linear,
                                  .label = label,
                                  .params = &params,
                                  .inputs = { [SF_LINEAR_X] = x },
                                  .weights = { weight, bias },
                              });
}

/* @index: 0 query, 1 key, 2 value. */
static SfTensor *
build_projection (const SfClipConfig *config, SfGraph *graph, const char *scope, guint index,
                  SfTensor *x)
{
  const SfClipNames *names = config->names;
  const char *const own[] = { names->query, names->key, names->value };

  if (own[index] == NULL)
    return build_stacked_projection (config, graph, scope, index, x);

  return sf_layer_linear (graph, scope, own[index], x,
                          &(SfLinearLayer){ .out_features = config->width });
}

static SfTensor *
build_layer (const SfClipConfig *config, SfGraph *graph, guint index, SfTensor *x)
{
  const SfClipNames *names = config->names;
  g_autofree char *scope = g_strdup_printf ("%s.%s.%u", config->scope, names->layers, index);
  SfTensor *y = sf_layer_layer_norm (graph, scope, names->norm1, x);
  SfTensor *q = build_projection (config, graph, scope, 0, y);
  SfTensor *k = build_projection (config, graph, scope, 1, y);
  SfTensor *v = build_projection (config, graph, scope, 2, y);

  y = sf_layer_attention (graph, scope, q, k, v, config->width / HEAD_WIDTH, TRUE);
  x = sf_layer_linear (graph, scope, names->attention_out, y,
                       &(SfLinearLayer){ .out_features = config->width, .residual = x });

  y = sf_layer_layer_norm (graph, scope, names->norm2, x);
  y = sf_layer_linear (graph, scope, names->up, y,
                       &(SfLinearLayer){
                           .out_features = config->hidden,
                           .activation = config->exact_gelu ? SF_ACTIVATION_GELU
                                                            : SF_ACTIVATION_QUICK_GELU,
                       });
  return sf_layer_linear (graph, scope, names->down, y,
                          &(SfLinearLayer){ .out_features = config->width, .residual = x });
}

SfGraph *
sf_clip_build (const SfClipConfig *config, SfFormat format, guint batch, guint tokens,
               guint clip_skip)
{
  SfGraph *graph = sf_graph_new ("text encoder", format);
  const SfEmbeddingParams params = {
    .vocabulary = config->vocabulary,
    .positions = config->positions,
    .channels = config->width,
  };
  const guint n_layers = MIN (config->used_layers, config->layers + 1 - clip_skip);
  g_autofree char *label = g_strdup_printf ("%s.embeddings", config->scope);
  g_autofree char *table = g_strdup_printf ("%s.%s", config->scope, config->names->token_table);
  g_autofree char *positions = g_strdup_printf ("%s.%s", config->scope,
                                                config->names->position_table);
  SfTensor *ids = sf_graph_add_input (graph, "ids", &(SfShape){ batch, 1, tokens, 1 },
                                      SF_FORMAT_U32);
  SfTensor *vectors = sf_graph_add_input (graph, "vectors",
                                          &(SfShape){ batch, 1, tokens, config->width }, format);
  SfTensor *x =
      sf_graph_add (graph,
                    &(SfNodeParams){
                        .op = &sf_op_embedding,
                        .label = label,
                        .params = &params,
                        .inputs = { [SF_EMBEDDING_IDS] = ids, [SF_EMBEDDING_VECTORS] = vectors },
                        .weights = { table, positions },
                    });

  for (guint i = 0; i < n_layers; i++)
    x = build_layer (config, graph, i, x);
  sf_graph_add_output (graph, "context",
                       sf_layer_layer_norm (graph, config->scope, config->names->final_norm, x));

  return graph;
}
