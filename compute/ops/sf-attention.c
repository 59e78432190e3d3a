/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ops/sf-attention.h"

#include "ops/sf-kernels.h"
#include "sf-shader-attention-shared.h"
#include "sf-shader-attention.h"

#include <gio/gio.h>
#include <math.h>

/* A slice's length is unrolled code, which a CPU driver compiles for seconds; short slices
 * compute the scores more often, which counts when the head is long. */
#define MAX_SLICE 40
#define MAX_SLICE_OF_LONG_HEAD 64
#define LONG_HEAD 256

#define LANE_QUERIES 4 /* QUERIES of attention.comp */

/* Of attention_shared.comp: with longer heads, whose sums take more registers, a workgroup has fewer queries. */
#define OWN_QUERIES 4
#define LONGEST_OF_MANY_QUERIES 160
#define LARGEST_SHARED_HEAD 512
#define STAGE_TEXELS 384 /* as many as the operands of scores take */

static const SfShader *const direct_shaders[] = SF_LANE_VARIANTS (attention, );
static const SfShader *const shared_shaders[] = { &sf_shader_attention_shared,
                                                  &sf_shader_attention_shared_f16 };

static guint
get_rows (const SfShape *shape)
{
  return shape->height * shape->width;
}

static guint
get_head_size (const SfOpCall *call)
{
  const SfAttentionParams *params = call->params;

  return call->output.shape.channels / params->heads;
}

/* The largest slice that cuts a head evenly. */
static guint
choose_slice (guint head_size)
{
  guint slice = MIN (head_size, head_size < LONG_HEAD ? MAX_SLICE : MAX_SLICE_OF_LONG_HEAD);

  while (head_size % slice != 0)
    slice -= SF_CHANNEL_GROUP;
  return slice;
}

static gboolean
check_heads (guint channels, guint heads, GError **error)
{
  if (heads > 0 && channels % heads == 0 && channels / heads % SF_CHANNEL_GROUP == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "attention cannot cut %u channels into %u heads of a multiple of %u channels",
               channels, heads, SF_CHANNEL_GROUP);
  return FALSE;
}

static gboolean
attention_shape (SfOpCall *call, GError **error)
{
  const SfAttentionParams *params = call->params;
  const SfTensorView *q = &call->inputs[SF_ATTENTION_Q];
  const SfTensorView *k = &call->inputs[SF_ATTENTION_K];
  const SfTensorView *v = &call->inputs[SF_ATTENTION_V];

  if (!sf_op_check_tensor (q, call->output.format, "attention's query", error)
      || !sf_op_check_tensor (k, call->output.format, "attention's key", error)
      || !sf_op_check_tensor (v, call->output.format, "attention's value", error)
      || !check_heads (q->shape.channels, params->heads, error))
    return FALSE;
  if (k->shape.batch != q->shape.batch || k->shape.channels != q->shape.channels
      || v->shape.batch != q->shape.batch || v->shape.channels != q->shape.channels
      || get_rows (&v->shape) != get_rows (&k->shape))
    {
      g_autofree char *q_shape = sf_shape_to_string (&q->shape);
      g_autofree char *k_shape = sf_shape_to_string (&k->shape);
      g_autofree char *v_shape = sf_shape_to_string (&v->shape);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "attention's query %s, key %s and value %s do not fit", q_shape, k_shape,
                   v_shape);
      return FALSE;
    }

  call->output.shape = q->shape;
  return TRUE;
}

static double
attention_flop (const SfOpCall *call)
{
  const SfAttentionParams *params = call->params;
  double pairs = (double) sf_shape_get_rows (&call->output.shape)
                 * get_rows (&call->inputs[SF_ATTENTION_K].shape);

  return 4 * pairs * call->output.shape.channels / (params->causal ? 2 : 1);
}

/* Dispatches with what both shaders have in common; their bindings are the same. */
static gboolean
record (const SfKernels *kernels, const SfOpCall *call, const SfShader *shader,
        const guint32 *constants, gconstpointer push, const guint groups[2], SfRecording *recording,
        GError **error)
{
  SfDispatch dispatch = {
    .label = call->label,
    .pipeline = sf_pipeline_get (kernels->device, shader, constants, shader->n_constants, error),
    .bindings = {
      [SF_ATTENTION_BINDING_Q] = call->inputs[SF_ATTENTION_Q].range,
      [SF_ATTENTION_BINDING_K] = call->inputs[SF_ATTENTION_K].range,
      [SF_ATTENTION_BINDING_V] = call->inputs[SF_ATTENTION_V].range,
      [SF_ATTENTION_BINDING_Y] = call->output.range,
    },
    .push = push,
    .groups = { groups[0], groups[1], call->output.shape.batch },
    .flop = attention_flop (call),
    .bytes = sf_op_get_traffic (call),
  };

  return dispatch.pipeline != NULL && sf_recording_dispatch (recording, &dispatch, error);
}

static gboolean
record_direct (const SfKernels *kernels, const SfOpCall *call, SfRecording *recording,
               GError **error)
{
  const SfAttentionParams *params = call->params;
  guint texel_values = sf_format_get_texel_values (kernels->format);
  guint head_size = get_head_size (call);
  guint32 constants[] = { [SF_ATTENTION_CONSTANT_SLICE] = choose_slice (head_size) };
  guint unit_queries = SF_LANES * LANE_QUERIES * sf_kernels_get_units (kernels);
  SfAttentionPush push = {
    .queries = get_rows (&call->output.shape),
    .keys = get_rows (&call->inputs[SF_ATTENTION_K].shape),
    .row_texels = call->output.shape.channels / texel_values,
    .head_texels = head_size / texel_values,
    .slices = head_size / constants[SF_ATTENTION_CONSTANT_SLICE],
    .causal = params->causal,
    .scale = M_LOG2E / sqrt (head_size),
  };
  guint groups[] = { (push.queries + unit_queries - 1) / unit_queries,
                     params->heads * push.slices };

  return record (kernels, call, direct_shaders[sf_kernels_get_lane_variant (kernels)], constants,
                 &push, groups, recording, error);
}

static gboolean
record_shared (const SfKernels *kernels, const SfOpCall *call, SfRecording *recording,
               GError **error)
{
  const SfAttentionParams *params = call->params;
  guint texel_values = sf_format_get_texel_values (kernels->format);
  guint head_size = get_head_size (call);
  gboolean is_long = head_size > LONGEST_OF_MANY_QUERIES;
  guint32 constants[] = {
    [SF_ATTENTION_SHARED_CONSTANT_QUERY_THREADS] = is_long ? 8 : 16,
    [SF_ATTENTION_SHARED_CONSTANT_KEY_THREADS] = is_long ? 32 : 8,
    [SF_ATTENTION_SHARED_CONSTANT_OWN_KEYS] = is_long ? 2 : 4,
    [SF_ATTENTION_SHARED_CONSTANT_HEAD_TEXELS] = head_size / texel_values,
    [SF_ATTENTION_SHARED_CONSTANT_STAGE_VALUES] = 32,
  };
  guint32 *stage_values = &constants[SF_ATTENTION_SHARED_CONSTANT_STAGE_VALUES];
  guint tile = OWN_QUERIES * constants[SF_ATTENTION_SHARED_CONSTANT_QUERY_THREADS];
  SfAttentionSharedPush push = {
    .queries = get_rows (&call->output.shape),
    .keys = get_rows (&call->inputs[SF_ATTENTION_K].shape),
    .row_texels = call->output.shape.channels / texel_values,
    .causal = params->causal,
    .scale = M_LOG2E / sqrt (head_size),
  };
  guint groups[] = { (push.queries + tile - 1) / tile, params->heads };

  while (*stage_values > 1 && *stage_values * head_size / texel_values > STAGE_TEXELS)
    *stage_values /= 2;
  return record (kernels, call, shared_shaders[kernels->format == SF_FORMAT_F16], constants, &push,
                 groups, recording, error);
}

/* Heads beyond those of networks would need more registers and shared memory than there are. */
static gboolean
attention_record (const SfKernels *kernels, const SfOpCall *call, SfRecording *recording,
                  GError **error)
{
  gboolean is_shared = kernels->family != SF_FAMILY_DIRECT
                       && get_head_size (call) <= LARGEST_SHARED_HEAD;

  return is_shared ? record_shared (kernels, call, recording, error)
                   : record_direct (kernels, call, recording, error);
}

const SfOp sf_op_attention = {
  .name = "attention",
  .params_bytes = sizeof (SfAttentionParams),
  .shape = attention_shape,
  .flop = attention_flop,
  .record = attention_record,
};
