/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-layers.h"

#include "ops/sf-attention.h"
#include "ops/sf-concat.h"
#include "ops/sf-elementwise.h"
#include "ops/sf-group-norm.h"
#include "ops/sf-layer-norm.h"
#include "ops/sf-linear.h"

#define GROUPS 32
#define LAYER_NORM_EPSILON 1e-5f

/* Adds a node whose weights are those of the layer. */
static SfTensor *
add_layer (SfGraph *graph, const char *scope, const char *name, gboolean has_bias,
           SfNodeParams *node)
{
  g_autofree char *label = g_strdup_printf ("%s.%s", scope, name);
  g_autofree char *weight = g_strdup_printf ("%s.weight", label);
  g_autofree char *bias = has_bias ? g_strdup_printf ("%s.bias", label) : NULL;

  node->label = label;
  node->weights[0] = weight;
  node->weights[1] = bias;

  return sf_graph_add (graph, node);
}

SfTensor *
sf_layer_conv (SfGraph *graph, const char *scope, const char *name, SfTensor *x,
               const SfConvLayer *layer)
{
  const SfConvParams params = {
    .out_channels = layer->out_channels,
    .kernel = 3,
    .stride = MAX (layer->stride, 1),
    .padding = layer->padding,
    .upsample = layer->upsample,
    .has_bias = !layer->without_bias,
    .activation = layer->activation,
  };
  SfNodeParams node = {
    .op = &sf_op_conv,
    .params = &params,
    .inputs = { [SF_CONV_X] = x,
                [SF_CONV_RESIDUAL] = layer->residual,
                [SF_CONV_CHANNEL_BIAS] = layer->channel_bias },
  };

  return add_layer (graph, scope, name, params.has_bias, &node);
}

SfTensor *
sf_layer_linear (SfGraph *graph, const char *scope, const char *name, SfTensor *x,
                 const SfLinearLayer *layer)
{
  const SfLinearParams params = {
    .out_features = layer->out_features,
    .has_bias = !layer->without_bias,
    .geglu = layer->geglu,
    .activation = layer->activation,
  };
  SfNodeParams node = {
    .op = &sf_op_linear,
    .params = &params,
    .inputs = { [SF_LINEAR_X] = x, [SF_LINEAR_RESIDUAL] = layer->residual },
  };

  return add_layer (graph, scope, name, params.has_bias, &node);
}

SfTensor *
sf_layer_group_norm (SfGraph *graph, const char *scope, const char *name, SfTensor *x,
                     float epsilon, gboolean silu)
{
  const SfGroupNormParams params = { .groups = GROUPS, .epsilon = epsilon, .silu = silu };
  SfNodeParams node = { .op = &sf_op_group_norm,
                        .params = &params,
                        .inputs = { [SF_GROUP_NORM_X] = x } };

  return add_layer (graph, scope, name, TRUE, &node);
}

SfTensor *
sf_layer_layer_norm (SfGraph *graph, const char *scope, const char *name, SfTensor *x)
{
  const SfLayerNormParams params = { .epsilon = LAYER_NORM_EPSILON };
  SfNodeParams node = { .op = &sf_op_layer_norm,
                        .params = &params,
                        .inputs = { [SF_LAYER_NORM_X] = x } };

  return add_layer (graph, scope, name, TRUE, &node);
}

SfTensor *
sf_layer_attention (SfGraph *graph, const char *scope, SfTensor *q, SfTensor *k, SfTensor *v,
                    guint heads, gboolean causal)
{
  const SfAttentionParams params = { .heads = heads, .causal = causal };
  g_autofree char *label = g_strdup_printf ("%s.attention", scope);

  return sf_graph_add (
      graph, &(SfNodeParams){
                 .op = &sf_op_attention,
                 .label = label,
                 .params = &params,
                 .inputs = { [SF_ATTENTION_Q] = q, [SF_ATTENTION_K] = k, [SF_ATTENTION_V] = v },
             });
}

SfTensor *
sf_layer_activation (SfGraph *graph, const char *scope, SfTensor *x, SfActivation activation)
{
  const SfElementwiseParams params = { .activation = activation };
  g_autofree char *label = g_strdup_printf ("%s.activation", scope);

  return sf_graph_add (graph, &(SfNodeParams){
                                  .op = &sf_op_elementwise,
                                  .label = label,
                                  .params = &params,
                                  .inputs = { [SF_ELEMENTWISE_A] = x },
                              });
}

SfTensor *
sf_layer_concat (SfGraph *graph, const char *scope, SfTensor *a, SfTensor *b)
{
  g_autofree char *label = g_strdup_printf ("%s.concat", scope);

  return sf_graph_add (graph, &(SfNodeParams){
                                  .op = &sf_op_concat,
                                  .label = label,
                                  .inputs = { [SF_CONCAT_A] = a, [SF_CONCAT_B] = b },
                              });
}
