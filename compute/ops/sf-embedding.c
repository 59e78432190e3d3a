/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-embedding.h"

#include "ops/sf-kernels.h"
#include "sf-shader-embedding.h"

#include <gio/gio.h>

static const SfShader *const shaders[] = SF_STORAGE_VARIANTS (embedding);

static gboolean
embedding_shape (SfOpCall *call, GError **error)
{
  const SfEmbeddingParams *params = call->params;
  const SfTensorView *ids = &call->inputs[SF_EMBEDDING_IDS];
  const SfTensorView *vectors = &call->inputs[SF_EMBEDDING_VECTORS];

  if (!sf_op_check_tensor (ids, SF_FORMAT_U32, "embedding's token list", error))
    return FALSE;
  if (ids->shape.height != 1 || ids->shape.channels != 1 || ids->shape.width > params->positions
      || params->vocabulary == 0)
    {
      g_autofree char *shape = sf_shape_to_string (&ids->shape);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "tokens of shape %s do not fit an embedding of %u words and %u positions", shape,
                   params->vocabulary, params->positions);
      return FALSE;
    }

  call->output.shape = ids->shape;
  call->output.shape.channels = params->channels;
  call->weight_shapes[0] = (SfWeightShape){
    .kind = SF_WEIGHT_TABLE,
    .rows = params->vocabulary,
    .columns = params->channels,
  };
  call->weight_shapes[1] = call->weight_shapes[0];
  call->weight_shapes[1].rows = params->positions;
  return sf_op_check_tensor (&call->output, call->output.format, "embedding's output", error)
         && sf_op_check_tensor (vectors, call->output.format, "embedding's vectors", error)
         && sf_op_check_optional (vectors, &call->output.shape, call->output.format,
                                  "embedding's vectors", error);
}

static double
embedding_flop (const SfOpCall *call)
{
  return sf_shape_get_rows (&call->output.shape) * call->output.shape.channels;
}

static gboolean
embedding_record (const SfKernels *kernels, const SfOpCall *call, SfRecording *recording,
                  GError **error)
{
  const SfEmbeddingParams *params = call->params;
  guint variant = sf_kernels_get_storage_variant (kernels);
  SfEmbeddingPush push = {
    .batch_tokens = sf_shape_get_rows (&call->output.shape),
    .tokens = call->output.shape.width,
    .groups = sf_shape_get_stored_channels (&call->output.shape) / SF_CHANNEL_GROUP,
    .vocabulary = params->vocabulary,
  };
  SfDispatch dispatch = {
    .label = call->label,
    .pipeline = sf_pipeline_get (kernels->device, shaders[variant], NULL, 0, error),
    .bindings = {
      [SF_EMBEDDING_BINDING_IDS] = call->inputs[SF_EMBEDDING_IDS].range,
      [SF_EMBEDDING_BINDING_TABLE] = call->weights[0],
      [SF_EMBEDDING_BINDING_POSITIONS] = call->weights[1],
      [SF_EMBEDDING_BINDING_VECTORS] = call->inputs[SF_EMBEDDING_VECTORS].range,
      [SF_EMBEDDING_BINDING_Y] = call->output.range,
    },
    .push = &push,
    .groups = { 0, 0, 1 },
    .flop = embedding_flop (call),
    .bytes = 3 * sf_shape_get_bytes (&call->output.shape, call->output.format),
  };

  if (dispatch.pipeline == NULL)
    return FALSE;
  push.grid_width = sf_grid_fold (sf_flat_get_workgroups (
                                      sf_shape_get_groups (&call->output.shape)),
                                  dispatch.groups);
  return sf_recording_dispatch (recording, &dispatch, error);
}

const SfOp sf_op_embedding = {
  .name = "embedding",
  .params_bytes = sizeof (SfEmbeddingParams),
  .shape = embedding_shape,
  .flop = embedding_flop,
  .record = embedding_record,
};
