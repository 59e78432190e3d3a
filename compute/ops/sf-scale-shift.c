/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-scale-shift.h"

#include "ops/sf-kernels.h"
#include "sf-shader-group-norm-apply.h"

#include <gio/gio.h>

#define CHUNK_PIXELS 16
#define MAX_CHUNKS 4096

static const SfShader *const shaders[] = SF_STORAGE_VARIANTS (group_norm_apply);

static guint
divide_up (guint n, guint step)
{
  return (n + step - 1) / step;
}

static gboolean
scale_shift_shape (SfOpCall *call, GError **error)
{
  const SfTensorView *x = &call->inputs[SF_SCALE_SHIFT_X];
  const SfTensorView *fold = &call->inputs[SF_SCALE_SHIFT_FOLD];
  const SfShape fold_shape = { x->shape.batch, 1, 2, x->shape.channels };

  call->output.shape = x->shape;
  return sf_op_check_tensor (x, call->output.format, "input to be scaled", error)
         && sf_op_check_tensor (fold, SF_FORMAT_F32, "list of factors and terms", error)
         && sf_op_check_optional (fold, &fold_shape, SF_FORMAT_F32, "list of factors and terms",
                                  error);
}

static double
scale_shift_flop (const SfOpCall *call)
{
  return 3.0 * sf_shape_get_rows (&call->output.shape) * call->output.shape.channels;
}

gboolean
sf_scale_shift_record (const SfKernels *kernels, const SfOpCall *call, const SfRange *x,
                       const SfRange *fold, SfActivation activation, double flop,
                       SfRecording *recording, GError **error)
{
  guint variant = sf_kernels_get_storage_variant (kernels);
  guint channel_groups = sf_shape_get_stored_channels (&call->output.shape) / SF_CHANNEL_GROUP;
  guint pixels = call->output.shape.height * call->output.shape.width;
  guint threads = sf_kernels_get_group_threads (kernels);
  guint32 constants[] = {
    [SF_GROUP_NORM_APPLY_CONSTANT_ACTIVATION] = activation,
    [SF_GROUP_NORM_APPLY_CONSTANT_THREADS] = threads,
  };
  SfGroupNormApplyPush push = {
    .pixels = pixels,
    .groups = channel_groups,
    .chunk_pixels = MAX (CHUNK_PIXELS, divide_up (pixels, MAX_CHUNKS)),
  };
  SfDispatch dispatch = {
    .label = call->label,
    .pipeline = sf_pipeline_get (kernels->device, shaders[variant], constants,
                                 G_N_ELEMENTS (constants), error),
    .bindings = {
      [SF_GROUP_NORM_APPLY_BINDING_X] = *x,
      [SF_GROUP_NORM_APPLY_BINDING_FOLD] = *fold,
      [SF_GROUP_NORM_APPLY_BINDING_Y] = call->output.range,
    },
    .push = &push,
    .groups = { divide_up (channel_groups, threads), divide_up (pixels, push.chunk_pixels),
                call->output.shape.batch },
    .flop = flop,
    .bytes = sf_op_get_traffic (call),
  };

  return dispatch.pipeline != NULL && sf_recording_dispatch (recording, &dispatch, error);
}

static gboolean
scale_shift_record (const SfKernels *kernels, const SfOpCall *call, SfRecording *recording,
                    GError **error)
{
  const SfScaleShiftParams *params = call->params;

  return sf_scale_shift_record (kernels, call, &call->inputs[SF_SCALE_SHIFT_X].range,
                                &call->inputs[SF_SCALE_SHIFT_FOLD].range, params->activation,
                                scale_shift_flop (call), recording, error);
}

const SfOp sf_op_scale_shift = {
  .name = "scale-shift",
  .params_bytes = sizeof (SfScaleShiftParams),
  .shape = scale_shift_shape,
  .flop = scale_shift_flop,
  .record = scale_shift_record,
};
