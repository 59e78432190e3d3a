/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-winograd.h"

#include "ops/sf-kernels.h"
#include "ops/sf-matrix-layout.h"
#include "sf-shader-winograd-input.h"
#include "sf-shader-winograd-multiply.h"
#include "sf-shader-winograd-output.h"
#include "sf-shader-winograd-weight.h"

#define OUT_PIXELS 4 /* of a tile, in each direction */
#define POINTS 36
#define MULTIPLY_ROWS 16
#define MULTIPLY_ROWS_BROADCAST 32

/* What is transformed at a time: enough for the product to be efficient, little enough for caches and arenas. */
#define WEIGHT_BYTES (G_GUINT64_CONSTANT (48) << 20)
#define INPUT_BYTES (G_GUINT64_CONSTANT (12) << 20)
#define BAND_TILES 64 /* a band is a multiple of this, but for the last */

/* Seconds of the transforms for each value that they make, in FLOP of a product. */
#define TRANSFORM_FLOP 45

static const SfShader *const input_shaders[] = { NULL, &sf_shader_winograd_input_f16, NULL,
                                                 &sf_shader_winograd_input_f16_texel };
static const SfShader *const weight_shaders[] = { NULL, &sf_shader_winograd_weight_f16, NULL,
                                                  &sf_shader_winograd_weight_f16_texel };
static const SfShader *const output_shaders[] = { NULL, &sf_shader_winograd_output_f16, NULL,
                                                  &sf_shader_winograd_output_f16_texel };
static const SfShader *const multiply_shaders[] = {
  &sf_shader_winograd_multiply,           NULL, &sf_shader_winograd_multiply_texel,           NULL,
  &sf_shader_winograd_multiply_broadcast, NULL, &sf_shader_winograd_multiply_texel_broadcast,
};

/* How the work is cut. Bytes are of the largest part. */
typedef struct
{
  SfMatrixLayout weight;
  guint tiles_x;
  guint tiles_y;
  guint tiles; /* of all images */
  guint band_tiles;
  guint chunk_panels;
  guint64 weight_bytes;
  guint64 input_bytes;
  guint64 product_bytes;
} Layout;

static guint
divide_up (guint n, guint step)
{
  return (n + step - 1) / step;
}

static Layout
make_layout (const SfKernels *kernels, const SfOpCall *call, const SfMatrixCall *matrix)
{
  SfMatrixLayout weight = sf_matrix_layout (kernels, &call->weight_shapes[0]);
  guint64 channels = (guint64) weight.n_texels * weight.texel_values;
  guint64 panel_bytes = POINTS * channels * weight.panel_columns * sizeof (float);
  guint64 tile_bytes = POINTS * channels * sizeof (float);
  Layout layout = {
    .weight = weight,
    .tiles_x = divide_up (matrix->out.width, OUT_PIXELS),
    .tiles_y = divide_up (matrix->out.height, OUT_PIXELS),
  };

  layout.tiles = matrix->out.batch * layout.tiles_x * layout.tiles_y;
  layout.chunk_panels = CLAMP (WEIGHT_BYTES / panel_bytes, 1, weight.n_panels);
  layout.band_tiles = MIN (MAX (INPUT_BYTES / tile_bytes / BAND_TILES, 1) * BAND_TILES,
                           layout.tiles);
  layout.weight_bytes = layout.chunk_panels * panel_bytes;
  layout.input_bytes = layout.band_tiles * tile_bytes;
  layout.product_bytes = (guint64) POINTS * layout.band_tiles * layout.chunk_panels
                         * weight.panel_columns * sizeof (float);
  return layout;
}

static gboolean
is_quicker (const SfKernels *kernels, const Layout *layout)
{
  guint multiply_rows = kernels->broadcast ? MULTIPLY_ROWS_BROADCAST : MULTIPLY_ROWS;
  double channels = (double) layout->weight.n_texels * layout->weight.texel_values;
  double columns = layout->weight.n_panels * layout->weight.panel_columns;
  double rows = divide_up (layout->tiles, multiply_rows) * multiply_rows;
  double pixels = (double) layout->tiles * OUT_PIXELS * OUT_PIXELS;
  double products = 2 * POINTS * rows * channels * columns;
  double transformed = POINTS
                       * (channels * columns + layout->tiles * channels + layout->tiles * columns);

  return products + TRANSFORM_FLOP * transformed < 2 * 9 * pixels * channels * columns;
}

gboolean
sf_winograd_fits (const SfKernels *kernels, const SfOpCall *call, const SfMatrixCall *matrix)
{
  Layout layout;

  if (kernels->winograd == SF_WINOGRAD_NEVER || kernels->format != SF_FORMAT_F16
      || matrix->kernel != 3 || matrix->stride != 1 || matrix->padding != 1)
    return FALSE;

  layout = make_layout (kernels, call, matrix);
  return !layout.weight.narrow
         && (kernels->winograd == SF_WINOGRAD_WHERE_POSSIBLE || is_quicker (kernels, &layout));
}

guint64
sf_winograd_scratch_bytes (const SfKernels *kernels, const SfOpCall *call,
                           const SfMatrixCall *matrix)
{
  Layout layout = make_layout (kernels, call, matrix);

  return sf_buffer_align (layout.weight_bytes) + sf_buffer_align (layout.input_bytes)
         + layout.product_bytes;
}

/* One call with all that its parts need. */
typedef struct
{
  const SfKernels *kernels;
  const SfOpCall *call;
  const SfMatrixCall *matrix;
  SfRecording *recording;
  Layout layout;
  SfRange weight;
  SfRange input;
  SfRange product;
} Job;

/* Some panels by some tiles. */
typedef struct
{
  guint first_panel;
  guint panels;
  guint first_tile;
  guint tiles;
} Block;

static gboolean
record (const Job *job, SfDispatch *dispatch, const SfShader *shader, const guint32 *constants,
        guint n_constants, GError **error)
{
  dispatch->label = job->call->label;
  dispatch->pipeline = sf_pipeline_get (job->kernels->device, shader, constants, n_constants,
                                        error);
  return dispatch->pipeline != NULL && sf_recording_dispatch (job->recording, dispatch, error);
}

static gboolean
record_weight (const Job *job, const Block *block, GError **error)
{
  const SfMatrixLayout *layout = &job->layout.weight;
  double n_values = (double) block->panels * layout->n_texels * layout->texel_values
                    * layout->panel_columns;
  SfWinogradWeightPush push = {
    .texels = layout->n_texels,
    .first_panel = block->first_panel,
    .panels = block->panels,
  };
  SfDispatch dispatch = {
    .bindings = {
      [SF_WINOGRAD_WEIGHT_BINDING_WEIGHT] = job->call->weights[0],
      [SF_WINOGRAD_WEIGHT_BINDING_RESULT] = job->weight,
    },
    .push = &push,
    .groups = { 0, 0, 1 },
    .bytes = n_values * (9 * sf_format_get_bytes (job->kernels->format) + POINTS * sizeof (float)),
  };

  push.grid_width = sf_grid_fold (sf_flat_get_workgroups (block->panels * layout->n_texels
                                                          * layout->panel_columns),
                                  dispatch.groups);
  return record (job, &dispatch, weight_shaders[sf_kernels_get_storage_variant (job->kernels)],
                 NULL, 0, error);
}

static gboolean
record_input (const Job *job, const Block *block, GError **error)
{
  const SfMatrixLayout *layout = &job->layout.weight;
  double n_values = (double) block->tiles * layout->n_texels * layout->texel_values;
  SfWinogradInputPush push = {
    .height = job->matrix->out.height,
    .width = job->matrix->out.width,
    .texels = layout->n_texels,
    .tiles_y = job->layout.tiles_y,
    .tiles_x = job->layout.tiles_x,
    .first_tile = block->first_tile,
    .tiles = block->tiles,
    .upsample = job->matrix->upsample,
  };
  SfDispatch dispatch = {
    .bindings = {
      [SF_WINOGRAD_INPUT_BINDING_X] = job->matrix->x->range,
      [SF_WINOGRAD_INPUT_BINDING_RESULT] = job->input,
    },
    .push = &push,
    .groups = { 0, 0, 1 },
    .bytes = n_values * (OUT_PIXELS * OUT_PIXELS * sf_format_get_bytes (job->kernels->format)
                         + POINTS * sizeof (float)),
  };

  push.grid_width = sf_grid_fold (sf_flat_get_workgroups (block->tiles * layout->n_texels),
                                  dispatch.groups);
  return record (job, &dispatch, input_shaders[sf_kernels_get_storage_variant (job->kernels)], NULL,
                 0, error);
}

static gboolean
record_multiply (const Job *job, const Block *block, GError **error)
{
  const SfMatrixLayout *layout = &job->layout.weight;
  guint variant = sf_kernels_get_lane_variant (job->kernels) & ~SF_VARIANT_F16;
  guint rows = (job->kernels->broadcast ? MULTIPLY_ROWS_BROADCAST : MULTIPLY_ROWS)
               * sf_kernels_get_units (job->kernels);
  SfWinogradMultiplyPush push = {
    .tiles = block->tiles,
    .quads = layout->n_texels * layout->texel_values / 4,
    .panels = block->panels,
  };
  SfDispatch dispatch = {
    .bindings = {
      [SF_WINOGRAD_MULTIPLY_BINDING_X] = job->input,
      [SF_WINOGRAD_MULTIPLY_BINDING_WEIGHT] = job->weight,
      [SF_WINOGRAD_MULTIPLY_BINDING_Y] = job->product,
    },
    .push = &push,
    .groups = { divide_up (block->tiles, rows), POINTS, block->panels },
    .flop = job->call->op->flop (job->call) * block->tiles / job->layout.tiles * block->panels
            / layout->n_panels,
    .bytes = job->weight.n_bytes + job->input.n_bytes + job->product.n_bytes,
  };

  return record (job, &dispatch, multiply_shaders[variant], NULL, 0, error);
}

static gboolean
record_output (const Job *job, const Block *block, GError **error)
{
  const SfMatrixLayout *layout = &job->layout.weight;
  const SfMatrixCall *matrix = job->matrix;
  const SfRange *x = &matrix->x->range;
  gboolean has_channel_bias = SF_TENSOR_IS_SET (*matrix->channel_bias);
  gboolean has_residual = SF_TENSOR_IS_SET (*matrix->residual);
  guint panel_groups = layout->panel_columns / SF_CHANNEL_GROUP;
  double n_values = (double) block->tiles * block->panels * layout->panel_columns;
  guint32 constants[] = {
    [SF_WINOGRAD_OUTPUT_CONSTANT_ACTIVATION] = matrix->activation,
    [SF_WINOGRAD_OUTPUT_CONSTANT_HAS_CHANNEL_BIAS] = has_channel_bias,
    [SF_WINOGRAD_OUTPUT_CONSTANT_HAS_RESIDUAL] = has_residual,
  };
  SfWinogradOutputPush push = {
    .height = matrix->out.height,
    .width = matrix->out.width,
    .out_groups = layout->columns / SF_CHANNEL_GROUP,
    .tiles_y = job->layout.tiles_y,
    .tiles_x = job->layout.tiles_x,
    .first_tile = block->first_tile,
    .tiles = block->tiles,
    .first_group = block->first_panel * panel_groups,
    .panel_groups = block->panels * panel_groups,
    .has_bias = matrix->has_bias,
  };
  SfDispatch dispatch = {
    .bindings = {
      [SF_WINOGRAD_OUTPUT_BINDING_PRODUCTS] = job->product,
      [SF_WINOGRAD_OUTPUT_BINDING_BIAS] = sf_range_or (&job->call->weights[1], x),
      [SF_WINOGRAD_OUTPUT_BINDING_CHANNEL_BIAS] = has_channel_bias ? matrix->channel_bias->range : *x,
      [SF_WINOGRAD_OUTPUT_BINDING_RESIDUAL] = sf_range_or (&matrix->residual->range, x),
      [SF_WINOGRAD_OUTPUT_BINDING_Y] = job->call->output.range,
    },
    .push = &push,
    .groups = { 0, 0, 1 },
    .bytes = n_values * (POINTS * sizeof (float) + OUT_PIXELS * OUT_PIXELS
                         * sf_format_get_bytes (job->kernels->format) * (has_residual ? 2 : 1)),
  };

  push.grid_width = sf_grid_fold (sf_flat_get_workgroups (block->tiles * push.panel_groups),
                                  dispatch.groups);
  return record (job, &dispatch, output_shaders[sf_kernels_get_storage_variant (job->kernels)],
                 constants, G_N_ELEMENTS (constants), error);
}

gboolean
sf_winograd_record (const SfKernels *kernels, const SfOpCall *call, const SfMatrixCall *matrix,
                    SfRecording *recording, GError **error)
{
  const SfRange *scratch = &call->scratch;
  Job job = {
    .kernels = kernels,
    .call = call,
    .matrix = matrix,
    .recording = recording,
    .layout = make_layout (kernels, call, matrix),
  };
  const Layout *layout = &job.layout;
  Block block;

  job.weight = (SfRange){ scratch->buffer, scratch->offset, layout->weight_bytes };
  job.input = (SfRange){ scratch->buffer,
                         job.weight.offset + sf_buffer_align (layout->weight_bytes),
                         layout->input_bytes };
  job.product = (SfRange){ scratch->buffer,
                           job.input.offset + sf_buffer_align (layout->input_bytes),
                           layout->product_bytes };

  for (block.first_panel = 0; block.first_panel < layout->weight.n_panels;
       block.first_panel += block.panels)
    {
      block.panels = MIN (layout->chunk_panels, layout->weight.n_panels - block.first_panel);
      if (!record_weight (&job, &block, error))
        return FALSE;
      for (block.first_tile = 0; block.first_tile < layout->tiles; block.first_tile += block.tiles)
        {
          block.tiles = MIN (layout->band_tiles, layout->tiles - block.first_tile);
          if (!record_input (&job, &block, error) || !record_multiply (&job, &block, error)
              || !record_output (&job, &block, error))
            return FALSE;
        }
    }
  return TRUE;
}
