/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-concat.h"

#include "ops/sf-kernels.h"
#include "sf-shader-concat.h"

#include <gio/gio.h>

static const SfShader *const shaders[] = SF_STORAGE_VARIANTS (concat);

static gboolean
concat_shape (SfOpCall *call, GError **error)
{
  const SfTensorView *a = &call->inputs[SF_CONCAT_A];
  const SfTensorView *b = &call->inputs[SF_CONCAT_B];

  if (!sf_op_check_tensor (a, call->output.format, "concatenation's first input", error)
      || !sf_op_check_tensor (b, call->output.format, "concatenation's second input", error))
    return FALSE;
  if (a->shape.batch != b->shape.batch || a->shape.height != b->shape.height
      || a->shape.width != b->shape.width || a->shape.channels % SF_CHANNEL_GROUP != 0)
    {
      g_autofree char *a_shape = sf_shape_to_string (&a->shape);
      g_autofree char *b_shape = sf_shape_to_string (&b->shape);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "cannot put %s and %s side by side", a_shape, b_shape);
      return FALSE;
    }

  call->output.shape = a->shape;
  call->output.shape.channels += b->shape.channels;
  return sf_op_check_tensor (&call->output, call->output.format, "concatenation's output", error);
}

static double
concat_flop (const SfOpCall *call)
{
  return 0;
}

static gboolean
concat_record (const SfKernels *kernels, const SfOpCall *call, SfRecording *recording,
               GError **error)
{
  const SfTensorView *a = &call->inputs[SF_CONCAT_A];
  const SfTensorView *b = &call->inputs[SF_CONCAT_B];
  guint variant = sf_kernels_get_storage_variant (kernels);
  SfConcatPush push = {
    .pixels = sf_shape_get_rows (&call->output.shape),
    .a_groups = sf_shape_get_stored_channels (&a->shape) / SF_CHANNEL_GROUP,
    .b_groups = sf_shape_get_stored_channels (&b->shape) / SF_CHANNEL_GROUP,
  };
  SfDispatch dispatch = {
    .label = call->label,
    .pipeline = sf_pipeline_get (kernels->device, shaders[variant], NULL, 0, error),
    .bindings = {
      [SF_CONCAT_BINDING_A] = a->range,
      [SF_CONCAT_BINDING_B] = b->range,
      [SF_CONCAT_BINDING_Y] = call->output.range,
    },
    .push = &push,
    .groups = { 0, 0, 1 },
    .bytes = sf_op_get_traffic (call),
  };

  if (dispatch.pipeline == NULL)
    return FALSE;
  push.grid_width = sf_grid_fold (sf_flat_get_workgroups (
                                      sf_shape_get_groups (&call->output.shape)),
                                  dispatch.groups);
  return sf_recording_dispatch (recording, &dispatch, error);
}

const SfOp sf_op_concat = {
  .name = "concat",
  .shape = concat_shape,
  .flop = concat_flop,
  .record = concat_record,
};
