/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-matrix.h"

#include "ops/sf-cooperative.h"
#include "ops/sf-kernels.h"
#include "ops/sf-matrix-layout.h"
#include "sf-shader-matrix-shared.h"
#include "sf-shader-matrix.h"

/* ACTIVATION_GEGLU of matrix.glsl: the one after those of SfActivation. */
#define ACTIVATION_GEGLU (SF_ACTIVATION_SOFT_CLAMP + 1)

/* Fewer workgroups than this leave parts of a graphics processor idle. */
#define BUSY_WORKGROUPS 96

/* With two buffers of so many texels of each row and column, the largest tile takes 12 or 24 KiB of shared memory. */
#define STEP 2
#define LONG_STEP 4
#define LONG_STEP_SHARED_BYTES 32768

static const SfShader *const wide_shaders[] = SF_LANE_VARIANTS (matrix, );
static const SfShader *const narrow_shaders[] = SF_LANE_VARIANTS (matrix, _narrow);
static const SfShader *const shared_shaders[] = { &sf_shader_matrix_shared,
                                                  &sf_shader_matrix_shared_f16 };

/* A pipeline and the rows that a workgroup of it does. All shaders have the interface of matrix.glsl. */
typedef struct
{
  const SfShader *shader;
  guint32 constants[SF_SHADER_MAX_CONSTANTS];
  guint tile_rows;
} Choice;

G_STATIC_ASSERT (sizeof (SfMatrixPush) == sizeof (SfMatrixSharedPush));

static guint
count_tiles (guint64 rows, guint tile_rows)
{
  return (rows + tile_rows - 1) / tile_rows;
}

static guint
choose_tile_rows (const SfKernels *kernels, guint64 rows, guint n_panels, guint least)
{
  guint tile_rows = 128;

  switch (kernels->tile)
    {
    case SF_TILE_32:
      return MAX (32, least);
    case SF_TILE_64:
      return 64;
    case SF_TILE_128:
      return 128;
    case SF_TILE_BY_SHAPE:
    default:
      while (tile_rows > least
             && (guint64) count_tiles (rows, tile_rows) * n_panels < BUSY_WORKGROUPS)
        tile_rows /= 2;
      return tile_rows;
    }
}

static void
choose_shared (const SfKernels *kernels, const SfMatrixLayout *layout, guint64 rows, Choice *choice)
{
  const SfDeviceInfo *info = sf_device_get_info (kernels->device);
  gboolean is_long = info->shared_memory_bytes >= LONG_STEP_SHARED_BYTES;

  choice->shader = shared_shaders[kernels->format == SF_FORMAT_F16];
  choice->tile_rows = choose_tile_rows (kernels, rows, layout->n_panels, 32);
  choice->constants[SF_MATRIX_SHARED_CONSTANT_OWN_ROWS] = kernels->few_sums
                                                                  || choice->tile_rows == 32
                                                              ? 4
                                                              : 8;
  choice->constants[SF_MATRIX_SHARED_CONSTANT_ROW_THREADS] =
      choice->tile_rows / choice->constants[SF_MATRIX_SHARED_CONSTANT_OWN_ROWS];
  choice->constants[SF_MATRIX_SHARED_CONSTANT_STEP] = is_long ? LONG_STEP : STEP;
}

static void
choose_cooperative (const SfKernels *kernels, const SfMatrixLayout *layout, guint64 rows,
                    Choice *choice)
{
  const SfDeviceInfo *info = sf_device_get_info (kernels->device);
  const SfCooperativeSize *size = &info->cooperative_size;

  choice->shader = sf_cooperative_get_matrix ();
  choice->tile_rows = choose_tile_rows (kernels, rows, layout->n_panels, 64);
  choice->constants[SF_COOPERATIVE_CONSTANT_THREADS] = SF_COOPERATIVE_SUBGROUPS
                                                       * info->subgroup_size;
  choice->constants[SF_COOPERATIVE_CONSTANT_TILE_ROWS] = choice->tile_rows;
  choice->constants[SF_COOPERATIVE_CONSTANT_ROWS] = size->rows;
  choice->constants[SF_COOPERATIVE_CONSTANT_COLUMNS] = size->columns;
  choice->constants[SF_COOPERATIVE_CONSTANT_DEPTH] = size->depth;
}

/* A narrow weight has too few columns for its rows to be worth sharing. */
static void
choose_direct (const SfKernels *kernels, const SfMatrixLayout *layout, Choice *choice)
{
  const SfShader *const *shaders = layout->narrow ? narrow_shaders : wide_shaders;

  choice->shader = shaders[sf_kernels_get_lane_variant (kernels)];
  choice->tile_rows = layout->tile_rows * sf_kernels_get_units (kernels);
}

gboolean
sf_matrix_record (const SfKernels *kernels, const SfOpCall *call, const SfMatrixCall *matrix,
                  SfRecording *recording, GError **error)
{
  SfMatrixLayout layout = sf_matrix_layout (kernels, &call->weight_shapes[0]);
  gboolean has_channel_bias = matrix->channel_bias != NULL
                              && SF_TENSOR_IS_SET (*matrix->channel_bias);
  guint64 rows = sf_shape_get_rows (&matrix->out);
  const SfRange *x = &matrix->x->range;
  Choice choice = {
    .constants = {
      [SF_MATRIX_CONSTANT_ACTIVATION] = matrix->geglu ? ACTIVATION_GEGLU : matrix->activation,
      [SF_MATRIX_CONSTANT_HAS_CHANNEL_BIAS] = has_channel_bias,
      [SF_MATRIX_CONSTANT_HAS_RESIDUAL] = SF_TENSOR_IS_SET (*matrix->residual),
    },
  };
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

  if (kernels->family == SF_FAMILY_DIRECT || layout.narrow)
    choose_direct (kernels, &layout, &choice);
  else if (kernels->family == SF_FAMILY_COOPERATIVE)
    choose_cooperative (kernels, &layout, rows, &choice);
  else
    choose_shared (kernels, &layout, rows, &choice);
  dispatch.pipeline = sf_pipeline_get (kernels->device, choice.shader, choice.constants,
                                       choice.shader->n_constants, error);
  if (dispatch.pipeline == NULL)
    return FALSE;
  push.grid_width = sf_grid_fold (count_tiles (rows, choice.tile_rows), dispatch.groups);
  return sf_recording_dispatch (recording, &dispatch, error);
}
