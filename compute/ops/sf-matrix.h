/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-conv.h"

G_BEGIN_DECLS

/* What convolution and linear layer have in common: one dispatch of shaders/matrix.comp. */
typedef struct
{
  SfShape in; /* as stored, before upsampling */
  SfShape out;
  guint kernel;
  guint stride;
  guint padding; /* before the first row and column */
  gboolean upsample;
  gboolean geglu;
  SfActivation activation;
  gboolean has_bias;
  const SfTensorView *x;
  const SfTensorView *residual;     /* may be unset */
  const SfTensorView *channel_bias; /* may be NULL */
} SfMatrixCall;

gboolean sf_matrix_record (const SfKernels *kernels, const SfOpCall *call,
                           const SfMatrixCall *matrix, SfRecording *recording, GError **error);

G_END_DECLS
