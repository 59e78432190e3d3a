/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The network operations in plain loops: the oracle of the tests, never fast.
 *
 * Activations are f32 NHWC without channel padding, weights lie as PyTorch has them, sums are
 * double. The meaning of each operation stands in the header of the same name in
 * `ops`. Pointers to optional operands may be NULL. The output must not overlap with the inputs. */

/* The numbers are those of SfActivation. */
typedef enum
{
  SF_REFERENCE_NONE,
  SF_REFERENCE_SILU,
  SF_REFERENCE_GELU,
  SF_REFERENCE_QUICK_GELU,
  SF_REFERENCE_RELU,
  SF_REFERENCE_SOFT_CLAMP,
} SfReferenceActivation;

double sf_reference_activate (SfReferenceActivation activation, double x);

typedef struct
{
  guint batch, height, width, channels; /* of the input, before upsampling */
  guint out_height, out_width, out_channels;
  guint kernel, stride;
  guint
      padding; /* rows and columns of zeros before the first; those after the last follow from the output's extents */
  gboolean upsample;
  SfReferenceActivation activation;
} SfReferenceConv;

/* weight: [out_channels, channels, kernel, kernel]; channel_bias: [batch, out_channels]. */
void sf_reference_conv (const SfReferenceConv *conv, const float *x, const float *weight,
                        const float *bias, const float *channel_bias, const float *residual,
                        float *out);

typedef struct
{
  guint rows, features, out_features;
  gboolean geglu; /* weight and bias have 2 · out_features rows, values first, then gates */
  SfReferenceActivation activation;
} SfReferenceLinear;

void sf_reference_linear (const SfReferenceLinear *linear, const float *x, const float *weight,
                          const float *bias, const float *residual, float *out);

typedef struct
{
  guint batch, pixels, channels, groups;
  double epsilon;
  gboolean silu;
} SfReferenceGroupNorm;

void sf_reference_group_norm (const SfReferenceGroupNorm *norm, const float *x, const float *scale,
                              const float *shift, float *out);

void sf_reference_layer_norm (guint rows, guint channels, double epsilon, const float *x,
                              const float *scale, const float *shift, float *out);

typedef struct
{
  guint batch, queries, keys, channels, heads;
  gboolean causal;
} SfReferenceAttention;

void sf_reference_attention (const SfReferenceAttention *attention, const float *q, const float *k,
                             const float *v, float *out);

/* ids: [batch, tokens]; vectors: [batch, tokens, channels]. */
void sf_reference_embedding (guint batch, guint tokens, guint vocabulary, guint channels,
                             const guint32 *ids, const float *vectors, const float *table,
                             const float *positions, float *out);

G_END_DECLS
