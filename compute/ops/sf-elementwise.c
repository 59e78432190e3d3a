/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-elementwise.h"

#include "ops/sf-kernels.h"
#include "sf-shader-elementwise.h"

static const SfShader *const shaders[] = SF_STORAGE_VARIANTS (elementwise);

static gboolean
elementwise_shape (SfOpCall *call, GError **error)
{
  const SfTensorView *a = &call->inputs[SF_ELEMENTWISE_A];

  call->output.shape = a->shape;
  return sf_op_check_tensor (a, call->output.format, "activation's input", error);
}

static double
elementwise_flop (const SfOpCall *call)
{
  return 4.0 * sf_shape_get_rows (&call->output.shape) * call->output.shape.channels;
}

static gboolean
elementwise_record (const SfKernels *kernels, const SfOpCall *call, SfRecording *recording,
                    GError **error)
{
  const SfElementwiseParams *params = call->params;
  guint variant = sf_kernels_get_storage_variant (kernels);
  guint32 constants[] = { [SF_ELEMENTWISE_CONSTANT_ACTIVATION] = params->activation };
  SfElementwisePush push = { .groups = sf_shape_get_groups (&call->output.shape) };
  SfDispatch dispatch = {
    .label = call->label,
    .pipeline = sf_pipeline_get (kernels->device, shaders[variant], constants, G_N_ELEMENTS (constants), error),
    .bindings = {
      [SF_ELEMENTWISE_BINDING_A] = call->inputs[SF_ELEMENTWISE_A].range,
      [SF_ELEMENTWISE_BINDING_Y] = call->output.range,
    },
    .push = &push,
    .groups = { 0, 0, 1 },
    .flop = elementwise_flop (call),
    .bytes = sf_op_get_traffic (call),
  };

  if (dispatch.pipeline == NULL)
    return FALSE;
  push.grid_width = sf_grid_fold (sf_flat_get_workgroups (push.groups), dispatch.groups);
  return sf_recording_dispatch (recording, &dispatch, error);
}

const SfOp sf_op_elementwise = {
  .name = "elementwise",
  .params_bytes = sizeof (SfElementwiseParams),
  .shape = elementwise_shape,
  .flop = elementwise_flop,
  .record = elementwise_record,
};
