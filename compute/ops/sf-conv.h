/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-op.h"

G_BEGIN_DECLS

typedef enum
{
  SF_ACTIVATION_NONE,
  SF_ACTIVATION_SILU,       /* x · sigmoid(x) */
  SF_ACTIVATION_GELU,       /* exact, with erf */
  SF_ACTIVATION_QUICK_GELU, /* x · sigmoid(1.702 x) */
  SF_ACTIVATION_RELU,       /* max (x, 0) */
  SF_ACTIVATION_SOFT_CLAMP, /* 3 · tanh(x / 3) */
} SfActivation;

typedef enum
{
  SF_PADDING_SAME, /* (kernel - 1) / 2 on all sides */
  /* one row and column after the last, none before: the VAE encoder's stride 2 */
  SF_PADDING_BOTTOM_RIGHT,
} SfPadding;

/* Convolution on NHWC, as cross-correlation like PyTorch's conv2d:
 *
 *   out[n, y, x, o] = activation (bias[o] + Σ in[n, y·stride + ky - pad, x·stride + kx - pad, i] · w[o, i, ky, kx]
 *                                 + channel_bias[n, o]) + residual[n, y, x, o]
 *
 * with zeros outside the picture. With upsample, `in` is first doubled in both
 * directions by the nearest neighbour. Inputs: SF_CONV_X; SF_CONV_RESIDUAL, of the output's
 * shape, may be unset; SF_CONV_CHANNEL_BIAS, [batch, 1, 1, out_channels], may be unset. Weights: a
 * MATRIX [out_channels, channels, kernel²] and, with has_bias, a VECTOR. */
enum
{
  SF_CONV_X,
  SF_CONV_RESIDUAL,
  SF_CONV_CHANNEL_BIAS,
};

typedef struct
{
  guint out_channels;
  guint kernel; /* 1 or 3 */
  guint stride; /* 1 or 2 */
  SfPadding padding;
  gboolean upsample;
  gboolean has_bias;
  SfActivation activation;
} SfConvParams;

extern const SfOp sf_op_conv;

/* Rows that belong together: a convolution of the input's rows from in_first to in_end alone gives rows of the
 * output from out_first to out_end, of which those that were asked for are as the whole input gives them. */
typedef struct
{
  guint in_first;
  guint in_end;
  guint out_first;
  guint out_end;
} SfConvWindow;

/* For the output rows from @first to @end of an input @height rows high. */
SfConvWindow sf_conv_get_window (const SfConvParams *params, guint height, guint first, guint end);

G_END_DECLS
