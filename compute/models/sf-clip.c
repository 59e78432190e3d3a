/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-clip.h"

#include "models/sf-dimensions.h"
#include "models/sf-layers.h"
#include "ops/sf-embedding.h"

#define HEAD_WIDTH 64
#define MAX_LAYERS 64

gboolean
sf_clip_config_read (SfClipConfig *config, SfCheckpoint *checkpoint, GError **error)
{
  static const char *const scopes[] = {
    "cond_stage_model.transformer.text_model",
    "cond_stage_model.transformer",
  };

  *config = (SfClipConfig){ .scope = scopes[0] };
  for (guint i = 0; i < G_N_ELEMENTS (scopes); i++)
    if (sf_dimensions_has (checkpoint, "%s.embeddings.token_embedding.weight", scopes[i]))
      config->scope = scopes[i];

  while (config->layers < MAX_LAYERS
         && sf_dimensions_has (checkpoint, "%s.encoder.layers.%u.mlp.fc1.weight", config->scope,
                               config->layers))
    config->layers++;
  if (config->layers == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "the file has no CLIP text encoder (%s.*)", config->scope);
      return FALSE;
    }

  return sf_dimensions_read (checkpoint, &config->vocabulary, &config->width, error,
                             "%s.embeddings.token_embedding.weight", config->scope)
         && sf_dimensions_read (checkpoint, &config->positions, NULL, error,
                                "%s.embeddings.position_embedding.weight", config->scope)
         && sf_dimensions_read (checkpoint, &config->hidden, NULL, error,
                                "%s.encoder.layers.0.mlp.fc1.weight", config->scope);
}

static SfTensor *
build_layer (const SfClipConfig *config, SfGraph *graph, guint index, SfTensor *x)
{
  g_autofree char *scope = g_strdup_printf ("%s.encoder.layers.%u", config->scope, index);
  const SfLinearLayer projection = { .out_features = config->width };
  SfTensor *y = sf_layer_layer_norm (graph, scope, "layer_norm1", x);
  SfTensor *q = sf_layer_linear (graph, scope, "self_attn.q_proj", y, &projection);
  SfTensor *k = sf_layer_linear (graph, scope, "self_attn.k_proj", y, &projection);
  SfTensor *v = sf_layer_linear (graph, scope, "self_attn.v_proj", y, &projection);

  y = sf_layer_attention (graph, scope, q, k, v, config->width / HEAD_WIDTH, TRUE);
  x = sf_layer_linear (graph, scope, "self_attn.out_proj", y,
                       &(SfLinearLayer){ .out_features = config->width, .residual = x });

  y = sf_layer_layer_norm (graph, scope, "layer_norm2", x);
  y = sf_layer_linear (graph, scope, "mlp.fc1", y,
                       &(SfLinearLayer){ .out_features = config->hidden,
                                         .activation = SF_ACTIVATION_QUICK_GELU });
  return sf_layer_linear (graph, scope, "mlp.fc2", y,
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
  g_autofree char *label = g_strdup_printf ("%s.embeddings", config->scope);
  g_autofree char *table = g_strdup_printf ("%s.token_embedding.weight", label);
  g_autofree char *positions = g_strdup_printf ("%s.position_embedding.weight", label);
  SfTensor *ids = sf_graph_add_input (graph, "ids", &(SfShape){ batch, 1, tokens, 1 },
                                      SF_FORMAT_U32);
  SfTensor *x = sf_graph_add (graph, &(SfNodeParams){
                                         .op = &sf_op_embedding,
                                         .label = label,
                                         .params = &params,
                                         .inputs = { [SF_EMBEDDING_IDS] = ids },
                                         .weights = { table, positions },
                                     });

  for (guint i = 0; i + clip_skip <= config->layers; i++)
    x = build_layer (config, graph, i, x);
  sf_graph_add_output (graph, "context",
                       sf_layer_layer_norm (graph, config->scope, "final_layer_norm", x));

  return graph;
}
