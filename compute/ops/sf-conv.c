/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-conv.h"

#include "ops/sf-kernels.h"
#include "ops/sf-winograd.h"

#include <gio/gio.h>

static guint
get_padding_before (const SfConvParams *params)
{
  return params->padding == SF_PADDING_SAME ? (params->kernel - 1) / 2 : 0;
}

/* Pixels of the output along one direction, 0 if the kernel does not fit. */
static guint
get_out_extent (const SfConvParams *params, guint extent)
{
  guint64 padded = (guint64) extent * (params->upsample ? 2 : 1);

  padded += params->padding == SF_PADDING_SAME ? 2 * get_padding_before (params) : 1;
  return padded < params->kernel ? 0 : (padded - params->kernel) / params->stride + 1;
}

static gboolean
check_params (const SfConvParams *params, GError **error)
{
  if ((params->kernel == 1 || params->kernel == 3) && (params->stride == 1 || params->stride == 2)
      && params->out_channels > 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "no convolution with kernel %u, stride %u and %u output channels", params->kernel,
               params->stride, params->out_channels);
  return FALSE;
}

static gboolean
conv_shape (SfOpCall *call, GError **error)
{
  const SfConvParams *params = call->params;
  const SfTensorView *x = &call->inputs[SF_CONV_X];
  SfShape channel_bias = { x->shape.batch, 1, 1, params->out_channels };

  if (!check_params (params, error)
      || !sf_op_check_tensor (x, call->output.format, "convolution's input", error))
    return FALSE;

  call->output.shape = (SfShape){
    .batch = x->shape.batch,
    .height = get_out_extent (params, x->shape.height),
    .width = get_out_extent (params, x->shape.width),
    .channels = params->out_channels,
  };
  if (!sf_op_check_tensor (&call->output, call->output.format, "convolution's output", error))
    return FALSE;
  if (!sf_op_check_optional (&call->inputs[SF_CONV_RESIDUAL], &call->output.shape,
                             call->output.format, "convolution's residual", error)
      || !sf_op_check_optional (&call->inputs[SF_CONV_CHANNEL_BIAS], &channel_bias,
                                call->output.format, "convolution's channel bias", error))
    return FALSE;

  call->weight_shapes[0] = (SfWeightShape){
    .kind = SF_WEIGHT_MATRIX,
    .rows = params->out_channels,
    .columns = x->shape.channels,
    .taps = params->kernel * params->kernel,
  };
  if (params->has_bias)
    call->weight_shapes[1] = (SfWeightShape){ .kind = SF_WEIGHT_VECTOR,
                                              .rows = params->out_channels };
  return TRUE;
}

static double
conv_flop (const SfOpCall *call)
{
  const SfWeightShape *weight = &call->weight_shapes[0];

  return 2.0 * sf_shape_get_rows (&call->output.shape) * weight->rows * weight->columns
         * weight->taps;
}

static SfMatrixCall
make_matrix_call (const SfOpCall *call)
{
  const SfConvParams *params = call->params;

  return (SfMatrixCall){
    .in = call->inputs[SF_CONV_X].shape,
    .out = call->output.shape,
    .kernel = params->kernel,
    .stride = params->stride,
    .padding = get_padding_before (params),
    .upsample = params->upsample,
    .activation = params->activation,
    .has_bias = params->has_bias,
    .x = &call->inputs[SF_CONV_X],
    .residual = &call->inputs[SF_CONV_RESIDUAL],
    .channel_bias = &call->inputs[SF_CONV_CHANNEL_BIAS],
  };
}

static guint64
conv_scratch_bytes (const SfKernels *kernels, const SfOpCall *call)
{
  SfMatrixCall matrix = make_matrix_call (call);

  return sf_winograd_fits (kernels, call, &matrix)
             ? sf_winograd_scratch_bytes (kernels, call, &matrix)
             : 0;
}

static gboolean
conv_record (const SfKernels *kernels, const SfOpCall *call, SfRecording *recording, GError **error)
{
  SfMatrixCall matrix = make_matrix_call (call);

  return sf_winograd_fits (kernels, call, &matrix)
             ? sf_winograd_record (kernels, call, &matrix, recording, error)
             : sf_matrix_record (kernels, call, &matrix, recording, error);
}

SfConvWindow
sf_conv_get_window (const SfConvParams *params, guint height, guint first, guint end)
{
  const guint scale = params->upsample ? 2 : 1;
  const guint before = get_padding_before (params);
  guint from = first * params->stride;
  guint to = (end - 1) * params->stride + params->kernel - before;

  from = from > before ? (from - before) / scale : 0;
  from -= from % params->stride;
  to = MIN ((to + scale - 1) / scale, height);

  first = from * scale / params->stride;
  return (SfConvWindow){ from, to, first, first + get_out_extent (params, to - from) };
}

const SfOp sf_op_conv = {
  .name = "conv",
  .params_bytes = sizeof (SfConvParams),
  .shape = conv_shape,
  .scratch_bytes = conv_scratch_bytes,
  .flop = conv_flop,
  .record = conv_record,
};
