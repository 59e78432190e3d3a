/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "graph/sf-graph.h"
#include "ops/sf-conv.h"

G_BEGIN_DECLS

/* Layers as checkpoint files name them: a layer called @name in @scope takes its weights from
 * "<scope>.<name>.weight" and "<scope>.<name>.bias". All give NULL after an error in the graph. */

typedef struct
{
  guint out_channels;
  guint stride; /* 0 means 1 */
  SfPadding padding;
  gboolean upsample;
  gboolean without_bias;
  SfActivation activation;
  SfTensor *residual; /* added after the activation */
  SfTensor *channel_bias;
} SfConvLayer;

/* A 3×3 convolution. */
SfTensor *sf_layer_conv (SfGraph *graph, const char *scope, const char *name, SfTensor *x,
                         const SfConvLayer *layer);

typedef struct
{
  guint out_features;
  gboolean without_bias;
  gboolean geglu;
  SfActivation activation;
  SfTensor *residual;
} SfLinearLayer;

/* A linear layer on every row; also every 1×1 convolution. */
SfTensor *sf_layer_linear (SfGraph *graph, const char *scope, const char *name, SfTensor *x,
                           const SfLinearLayer *layer);

/* 32 groups. */
SfTensor *sf_layer_group_norm (SfGraph *graph, const char *scope, const char *name, SfTensor *x,
                               float epsilon, gboolean silu);

/* Epsilon 1e-5. */
SfTensor *sf_layer_layer_norm (SfGraph *graph, const char *scope, const char *name, SfTensor *x);

SfTensor *sf_layer_attention (SfGraph *graph, const char *scope, SfTensor *q, SfTensor *k,
                              SfTensor *v, guint heads, gboolean causal);

SfTensor *sf_layer_activation (SfGraph *graph, const char *scope, SfTensor *x,
                               SfActivation activation);

SfTensor *sf_layer_concat (SfGraph *graph, const char *scope, SfTensor *a, SfTensor *b);

G_END_DECLS
