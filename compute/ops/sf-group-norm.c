/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-group-norm.h"

#include "ops/sf-kernels.h"
#include "ops/sf-scale-shift.h"
#include "sf-shader-group-norm-fold-shared.h"
#include "sf-shader-group-norm-fold.h"
#include "sf-shader-group-norm-partial.h"

#include <gio/gio.h>

#define FOLD_THREADS 8 /* of group_norm_fold.comp */
#define MAX_CHUNKS 64
#define PARTIAL_CHUNK_PIXELS 64

static const SfShader *const partial_shaders[] = SF_STORAGE_VARIANTS (group_norm_partial);
static const SfShader *const fold_shaders[] = SF_TEXEL_VARIANTS (group_norm_fold);

G_STATIC_ASSERT (sizeof (SfGroupNormFoldPush) == sizeof (SfGroupNormFoldSharedPush));

/* How the work is cut, and where the intermediate results lie in the scratch. */
typedef struct
{
  guint pixels;
  guint stored_channels;
  guint channel_groups; /* of SF_CHANNEL_GROUP */
  guint chunks;
  guint chunk_pixels;
  guint64 partial_bytes; /* [image, chunk, channel, 2] */
  guint64 fold_offset;
  guint64 fold_bytes; /* [image, 2, channel] */
} Layout;

static guint
divide_up (guint n, guint step)
{
  return (n + step - 1) / step;
}

static Layout
make_layout (const SfShape *shape)
{
  guint pixels = shape->height * shape->width;
  guint stored_channels = sf_shape_get_stored_channels (shape);
  guint chunk_pixels = divide_up (pixels,
                                  MIN (MAX_CHUNKS, divide_up (pixels, PARTIAL_CHUNK_PIXELS)));
  guint chunks = divide_up (pixels, chunk_pixels);
  guint64 partial_bytes = (guint64) shape->batch * chunks * stored_channels * 2 * sizeof (float);

  return (Layout){
    .pixels = pixels,
    .stored_channels = stored_channels,
    .channel_groups = stored_channels / SF_CHANNEL_GROUP,
    .chunks = chunks,
    .chunk_pixels = chunk_pixels,
    .partial_bytes = partial_bytes,
    .fold_offset = sf_buffer_align (partial_bytes),
    .fold_bytes = (guint64) shape->batch * 2 * stored_channels * sizeof (float),
  };
}

static gboolean
group_norm_shape (SfOpCall *call, GError **error)
{
  const SfGroupNormParams *params = call->params;
  const SfTensorView *x = &call->inputs[SF_GROUP_NORM_X];

  if (!sf_op_check_tensor (x, call->output.format, "group norm's input", error))
    return FALSE;
  if (params->groups == 0 || x->shape.channels % params->groups != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "group norm cannot cut %u channels into %u groups", x->shape.channels,
                   params->groups);
      return FALSE;
    }

  call->output.shape = x->shape;
  call->weight_shapes[0] = (SfWeightShape){ .kind = SF_WEIGHT_VECTOR, .rows = x->shape.channels };
  call->weight_shapes[1] = call->weight_shapes[0];
  return TRUE;
}

static guint64
group_norm_scratch_bytes (const SfKernels *kernels, const SfOpCall *call)
{
  Layout layout = make_layout (&call->output.shape);

  return layout.fold_offset + layout.fold_bytes;
}

static double
group_norm_flop (const SfOpCall *call)
{
  return 6.0 * sf_shape_get_rows (&call->output.shape) * call->output.shape.channels;
}

static gboolean
record_partial (const SfKernels *kernels, const SfOpCall *call, const Layout *layout,
                const SfRange *partial, SfRecording *recording, GError **error)
{
  guint variant = sf_kernels_get_storage_variant (kernels);
  guint32 threads = sf_kernels_get_group_threads (kernels);
  SfGroupNormPartialPush push = {
    .pixels = layout->pixels,
    .groups = layout->channel_groups,
    .chunks = layout->chunks,
    .chunk_pixels = layout->chunk_pixels,
  };
  SfDispatch dispatch = {
    .label = call->label,
    .pipeline = sf_pipeline_get (kernels->device, partial_shaders[variant], &threads, 1, error),
    .bindings = {
      [SF_GROUP_NORM_PARTIAL_BINDING_X] = call->inputs[SF_GROUP_NORM_X].range,
      [SF_GROUP_NORM_PARTIAL_BINDING_PARTIAL] = *partial,
    },
    .push = &push,
    .groups = { divide_up (layout->channel_groups, threads), layout->chunks, call->output.shape.batch },
    .flop = group_norm_flop (call) / 2,
    .bytes = sf_op_get_traffic (call) / 2,
  };

  return dispatch.pipeline != NULL && sf_recording_dispatch (recording, &dispatch, error);
}

static gboolean
record_fold (const SfKernels *kernels, const SfOpCall *call, const Layout *layout,
             const SfRange *partial, const SfRange *fold, SfRecording *recording, GError **error)
{
  const SfGroupNormParams *params = call->params;
  gboolean is_shared = kernels->family != SF_FAMILY_DIRECT;
  const SfShader *shader = is_shared ? &sf_shader_group_norm_fold_shared
                                     : fold_shaders[sf_kernels_get_storage_variant (kernels)];
  SfGroupNormFoldPush push = {
    .pixels = layout->pixels,
    .stored_channels = layout->stored_channels,
    .chunks = layout->chunks,
    .chunk_pixels = layout->chunk_pixels,
    .norm_groups = params->groups,
    .group_channels = call->output.shape.channels / params->groups,
    .epsilon = params->epsilon,
  };
  SfDispatch dispatch = {
    .label = call->label,
    .pipeline = sf_pipeline_get (kernels->device, shader, NULL, 0, error),
    .bindings = {
      [SF_GROUP_NORM_FOLD_BINDING_PARTIAL] = *partial,
      [SF_GROUP_NORM_FOLD_BINDING_SCALE] = call->weights[0],
      [SF_GROUP_NORM_FOLD_BINDING_SHIFT] = call->weights[1],
      [SF_GROUP_NORM_FOLD_BINDING_FOLD] = *fold,
    },
    .push = &push,
    .groups = { is_shared ? params->groups : divide_up (params->groups, FOLD_THREADS), call->output.shape.batch, 1 },
    .flop = 3.0 * layout->partial_bytes / sizeof (float),
    .bytes = layout->partial_bytes + layout->fold_bytes,
  };

  return dispatch.pipeline != NULL && sf_recording_dispatch (recording, &dispatch, error);
}

static gboolean
group_norm_record (const SfKernels *kernels, const SfOpCall *call, SfRecording *recording,
                   GError **error)
{
  const SfGroupNormParams *params = call->params;
  Layout layout = make_layout (&call->output.shape);
  SfRange partial = { call->scratch.buffer, call->scratch.offset, layout.partial_bytes };
  SfRange fold = { call->scratch.buffer, call->scratch.offset + layout.fold_offset,
                   layout.fold_bytes };

  return record_partial (kernels, call, &layout, &partial, recording, error)
         && record_fold (kernels, call, &layout, &partial, &fold, recording, error)
         && sf_scale_shift_record (kernels, call, &call->inputs[SF_GROUP_NORM_X].range, &fold,
                                   params->silu ? SF_ACTIVATION_SILU : SF_ACTIVATION_NONE,
                                   group_norm_flop (call) / 2, recording, error);
}

const SfOp sf_op_group_norm = {
  .name = "group-norm",
  .params_bytes = sizeof (SfGroupNormParams),
  .in_place = TRUE,
  .shape = group_norm_shape,
  .scratch_bytes = group_norm_scratch_bytes,
  .flop = group_norm_flop,
  .record = group_norm_record,
};
