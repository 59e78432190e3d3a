/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-matrix.h"

#include "ops/sf-kernels.h"
#include "ops/sf-matrix-layout.h"
#include "sf-shader-matrix.h"

/* ACTIVATION_GEGLU of matrix.comp: the one after those of SfActivation. */
#define ACTIVATION_GEGLU (SF_ACTIVATION_SOFT_CLAMP + 1)

static const SfShader *const wide_shaders[] = SF_LANE_VARIANTS (matrix, );
static const SfShader *const narrow_shaders[] = SF_LANE_VARIANTS (matrix, _narrow);

gboolean
sf_matrix_record (const SfKernels *kernels, const SfOpCall *call, const SfMatrixCall *matrix,
                  SfRecording *recording, GError **error)
{
  SfMatrixLayout layout = sf_matrix_layout (kernels, &call->weight_shapes[0]);
  const SfShader *const *shaders = layout.narrow ? narrow_shaders : wide_shaders;
  gboolean has_channel_bias = matrix->channel_bias != NULL
                              && SF_TENSOR_IS_SET (*matrix->channel_bias);
  guint32 constants[] = {
    [SF_MATRIX_CONSTANT_ACTIVATION] = matrix->geglu ? ACTIVATION_GEGLU : matrix->activation,
    [SF_MATRIX_CONSTANT_HAS_CHANNEL_BIAS] = has_channel_bias,
    [SF_MATRIX_CONSTANT_HAS_RESIDUAL] = SF_TENSOR_IS_SET (*matrix->residual),
  };
  guint64 rows = sf_shape_get_rows (&matrix->out);
  guint tile_rows = layout.tile_rows * sf_kernels_get_units (kernels);
  const SfRange *x = &matrix->x->range;
  SfMatrixPush push = {
    .rows = rows,
    .in_height = matrix->in.height,
    .in_width = matrix->in.width,
    .in_texels = layout.n_texels,
    .out_height = matrix->out.height,
    .out_width = matrix->out.width,
    .out_groups = layout.columns / SF_CHANNEL_GROUP,
    .kernel = matrix->kernel,
    .stride = matrix->stride,
    .padding = matrix->padding,
    .upsample = matrix->upsample,
    .has_bias = matrix->has_bias,
  };
  SfDispatch dispatch = {
    .label = call->label,
    .pipeline = sf_pipeline_get (kernels->device, shaders[sf_kernels_get_lane_variant (kernels)], constants,
                                 G_N_ELEMENTS (constants), error),
    .bindings = {
      [SF_MATRIX_BINDING_X] = *x,
      [SF_MATRIX_BINDING_WEIGHT] = call->weights[0],
      [SF_MATRIX_BINDING_BIAS] = sf_range_or (&call->weights[1], x),
      [SF_MATRIX_BINDING_CHANNEL_BIAS] = has_channel_bias ? matrix->channel_bias->range : *x,
      [SF_MATRIX_BINDING_RESIDUAL] = sf_range_or (&matrix->residual->range, x),
      [SF_MATRIX_BINDING_Y] = call->output.range,
    },
    .push = &push,
    .groups = { 0, 0, layout.n_panels },
    .flop = call->op->flop (call),
    .bytes = sf_op_get_traffic (call) + sf_weight_get_bytes (kernels, &call->weight_shapes[0]),
  };

  if (dispatch.pipeline == NULL)
    return FALSE;
  push.grid_width = sf_grid_fold ((rows + tile_rows - 1) / tile_rows, dispatch.groups);
  return sf_recording_dispatch (recording, &dispatch, error);
}
