/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-layer-norm.h"

#include "ops/sf-kernels.h"
#include "sf-shader-layer-norm-shared.h"
#include "sf-shader-layer-norm.h"

/* Rows of a workgroup. */
#define DIRECT_ROWS 8
#define SHARED_ROWS 4

static const SfShader *const direct_shaders[] = SF_STORAGE_VARIANTS (layer_norm);
static const SfShader *const shared_shaders[] = { &sf_shader_layer_norm_shared,
                                                  &sf_shader_layer_norm_shared_f16 };

G_STATIC_ASSERT (sizeof (SfLayerNormPush) == sizeof (SfLayerNormSharedPush));

static gboolean
layer_norm_shape (SfOpCall *call, GError **error)
{
  const SfTensorView *x = &call->inputs[SF_LAYER_NORM_X];

  call->output.shape = x->shape;
  call->weight_shapes[0] = (SfWeightShape){ .kind = SF_WEIGHT_VECTOR, .rows = x->shape.channels };
  call->weight_shapes[1] = call->weight_shapes[0];
  return sf_op_check_tensor (x, call->output.format, "layer norm's input", error);
}

static double
layer_norm_flop (const SfOpCall *call)
{
  return 7.0 * sf_shape_get_rows (&call->output.shape) * call->output.shape.channels;
}

static gboolean
layer_norm_record (const SfKernels *kernels, const SfOpCall *call, SfRecording *recording,
                   GError **error)
{
  const SfLayerNormParams *params = call->params;
  gboolean is_shared = kernels->family != SF_FAMILY_DIRECT;
  const SfShader *shader = is_shared ? shared_shaders[kernels->format == SF_FORMAT_F16]
                                     : direct_shaders[sf_kernels_get_storage_variant (kernels)];
  guint rows = is_shared ? SHARED_ROWS : DIRECT_ROWS;
  SfLayerNormPush push = {
    .rows = sf_shape_get_rows (&call->output.shape),
    .channels = call->output.shape.channels,
    .groups = sf_shape_get_stored_channels (&call->output.shape) / SF_CHANNEL_GROUP,
    .epsilon = params->epsilon,
  };
  SfDispatch dispatch = {
    .label = call->label,
    .pipeline = sf_pipeline_get (kernels->device, shader, NULL, 0, error),
    .bindings = {
      [SF_LAYER_NORM_BINDING_X] = call->inputs[SF_LAYER_NORM_X].range,
      [SF_LAYER_NORM_BINDING_SCALE] = call->weights[0],
      [SF_LAYER_NORM_BINDING_SHIFT] = call->weights[1],
      [SF_LAYER_NORM_BINDING_Y] = call->output.range,
    },
    .push = &push,
    .groups = { 0, 0, 1 },
    .flop = layer_norm_flop (call),
    .bytes = sf_op_get_traffic (call),
  };

  if (dispatch.pipeline == NULL)
    return FALSE;
  push.grid_width = sf_grid_fold (((guint64) push.rows + rows - 1) / rows, dispatch.groups);
  return sf_recording_dispatch (recording, &dispatch, error);
}

const SfOp sf_op_layer_norm = {
  .name = "layer-norm",
  .params_bytes = sizeof (SfLayerNormParams),
  .shape = layer_norm_shape,
  .flop = layer_norm_flop,
  .record = layer_norm_record,
};
