/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-linear.h"

#include "ops/sf-kernels.h"
#include "ops/sf-matrix.h"

#include <gio/gio.h>

static gboolean
check_params (const SfLinearParams *params, const SfTensorView *residual, GError **error)
{
  if (params->out_features == 0 || params->out_features > G_MAXINT32)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "no linear layer with %u features", params->out_features);
      return FALSE;
    }
  if (params->geglu && (params->activation != SF_ACTIVATION_NONE || SF_TENSOR_IS_SET (*residual)))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "a linear layer with GEGLU takes neither activation nor residual");
      return FALSE;
    }
  return TRUE;
}

static gboolean
linear_shape (SfOpCall *call, GError **error)
{
  const SfLinearParams *params = call->params;
  const SfTensorView *x = &call->inputs[SF_LINEAR_X];
  guint rows = params->out_features * (params->geglu ? 2 : 1);

  if (!check_params (params, &call->inputs[SF_LINEAR_RESIDUAL], error)
      || !sf_op_check_tensor (x, call->output.format, "linear layer's input", error))
    return FALSE;

  call->output.shape = x->shape;
  call->output.shape.channels = params->out_features;
  if (!sf_op_check_tensor (&call->output, call->output.format, "linear layer's output", error)
      || !sf_op_check_optional (&call->inputs[SF_LINEAR_RESIDUAL], &call->output.shape,
                                call->output.format, "linear layer's residual", error))
    return FALSE;

  call->weight_shapes[0] = (SfWeightShape){
    .kind = SF_WEIGHT_MATRIX,
    .rows = rows,
    .columns = x->shape.channels,
    .taps = 1,
    .interleave_halves = params->geglu,
  };
  if (params->has_bias)
    call->weight_shapes[1] = (SfWeightShape){
      .kind = SF_WEIGHT_VECTOR,
      .rows = rows,
      .interleave_halves = params->geglu,
    };
  return TRUE;
}

static double
linear_flop (const SfOpCall *call)
{
  const SfWeightShape *weight = &call->weight_shapes[0];

  return 2.0 * sf_shape_get_rows (&call->output.shape) * weight->rows * weight->columns;
}

/* A line of as many pixels as there are rows. */
static SfShape
get_line (const SfShape *shape)
{
  return (SfShape){ 1, 1, sf_shape_get_rows (shape), shape->channels };
}

static gboolean
linear_record (const SfKernels *kernels, const SfOpCall *call, SfRecording *recording,
               GError **error)
{
  const SfLinearParams *params = call->params;
  SfMatrixCall matrix = {
    .in = get_line (&call->inputs[SF_LINEAR_X].shape),
    .out = get_line (&call->output.shape),
    .kernel = 1,
    .stride = 1,
    .geglu = params->geglu,
    .activation = params->activation,
    .has_bias = params->has_bias,
    .x = &call->inputs[SF_LINEAR_X],
    .residual = &call->inputs[SF_LINEAR_RESIDUAL],
  };

  return sf_matrix_record (kernels, call, &matrix, recording, error);
}

const SfOp sf_op_linear = {
  .name = "linear",
  .params_bytes = sizeof (SfLinearParams),
  .shape = linear_shape,
  .flop = linear_flop,
  .record = linear_record,
};
