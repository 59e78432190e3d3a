/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/sf-program.h"

#include "base/sf-half.h"

#include <string.h>

struct _SfProgram
{
  SfGraph *graph;
  SfPlan *plan;
  SfBuffer *arena;
  SfRecording *recording;
};

static SfRange
slot_range (SfProgram *self, const SfPlanSlot *slot)
{
  return (SfRange){ self->arena, slot->offset, slot->n_bytes };
}

static gboolean
record_node (SfProgram *self, guint index, const SfKernels *kernels, SfWeights *weights,
             GError **error)
{
  const SfNode *node = sf_graph_get_node (self->graph, index);
  SfOpCall call = node->call;

  for (guint i = 0; i < SF_OP_MAX_INPUTS; i++)
    if (node->inputs[i] != NULL)
      call.inputs[i].range = slot_range (self, &self->plan->tensors[node->inputs[i]->index]);
  for (guint i = 0; i < SF_OP_MAX_WEIGHTS; i++)
    if (node->weights[i] != NULL)
      {
        gboolean found = sf_weights_find (weights, node->weights[i], &call.weight_shapes[i],
                                          &call.weights[i]);

        g_assert (found);
      }
  call.output.range = slot_range (self, &self->plan->tensors[node->output->index]);
  call.scratch = slot_range (self, &self->plan->scratch[index]);

  return call.op->record (kernels, &call, self->recording, error);
}

SfProgram *
sf_program_new (SfGraph *graph, const SfKernels *kernels, SfWeights *weights,
                GCancellable *cancellable, GError **error)
{
  g_autoptr (SfProgram) self = g_new0 (SfProgram, 1);
  g_autofree char *title = g_strdup_printf ("the activations of the %s", sf_graph_get_name (graph));

  self->graph = graph;
  if (!sf_graph_check (graph, error) || !sf_weights_load (weights, graph, cancellable, error))
    return NULL;

  self->plan = sf_plan_new (graph, kernels);
  self->arena = sf_buffer_new (kernels->device, self->plan->arena_bytes, title, error);
  if (self->arena == NULL)
    return NULL;

  self->recording = sf_recording_new (kernels->device, sf_graph_get_name (graph), error);
  if (self->recording == NULL)
    return NULL;

  for (guint i = 0; i < sf_graph_get_n_nodes (graph); i++)
    if (!record_node (self, i, kernels, weights, error))
      return NULL;

  return g_steal_pointer (&self);
}

void
sf_program_free (SfProgram *self)
{
  g_clear_pointer (&self->recording, sf_recording_free);
  g_clear_pointer (&self->arena, sf_buffer_unref);
  g_clear_pointer (&self->plan, sf_plan_free);
  g_clear_pointer (&self->graph, sf_graph_free);
  g_free (self);
}

static const SfTensor *
find_tensor (SfProgram *self, const char *name, SfRange *range)
{
  const SfTensor *tensor = sf_graph_find (self->graph, name);

  g_assert (tensor != NULL);
  *range = slot_range (self, &self->plan->tensors[tensor->index]);

  return tensor;
}

/* @values: [rows, stored channels] with zeros in the padding. */
static gboolean
upload_values (const SfTensor *tensor, const SfRange *range, const float *values, GError **error)
{
  gsize n_values = sf_shape_get_rows (&tensor->shape)
                   * sf_shape_get_stored_channels (&tensor->shape);
  g_autofree guint16 *halves = NULL;

  if (tensor->format == SF_FORMAT_F32)
    return sf_range_upload (range, values, n_values * sizeof *values, error);

  halves = g_new (guint16, n_values);
  sf_half_from_floats (halves, values, n_values);
  return sf_range_upload (range, halves, n_values * sizeof *halves, error);
}

static float *
download_values (const SfTensor *tensor, const SfRange *range, GError **error)
{
  gsize n_values = sf_shape_get_rows (&tensor->shape)
                   * sf_shape_get_stored_channels (&tensor->shape);
  g_autofree float *values = g_new (float, n_values);
  g_autofree guint16 *halves = NULL;

  if (tensor->format == SF_FORMAT_F32)
    return sf_range_download (range, values, n_values * sizeof *values, error)
               ? g_steal_pointer (&values)
               : NULL;

  halves = g_new (guint16, n_values);
  if (!sf_range_download (range, halves, n_values * sizeof *halves, error))
    return NULL;
  sf_half_to_floats (values, halves, n_values);
  return g_steal_pointer (&values);
}

gboolean
sf_program_set_nchw (SfProgram *self, const char *input, const float *values, GError **error)
{
  SfRange range;
  const SfTensor *tensor = find_tensor (self, input, &range);
  const SfShape *shape = &tensor->shape;
  gsize stored = sf_shape_get_stored_channels (shape),
        pixels = (gsize) shape->height * shape->width;
  g_autofree float *nhwc = g_new0 (float, shape->batch *pixels *stored);

  for (gsize n = 0; n < shape->batch; n++)
    for (gsize c = 0; c < shape->channels; c++)
      for (gsize p = 0; p < pixels; p++)
        nhwc[(n * pixels + p) * stored + c] = values[(n * shape->channels + c) * pixels + p];

  return upload_values (tensor, &range, nhwc, error);
}

gboolean
sf_program_set_rows (SfProgram *self, const char *input, const float *values, GError **error)
{
  SfRange range;
  const SfTensor *tensor = find_tensor (self, input, &range);
  gsize n_rows = sf_shape_get_rows (&tensor->shape), channels = tensor->shape.channels;
  gsize stored = sf_shape_get_stored_channels (&tensor->shape);
  g_autofree float *padded = g_new0 (float, n_rows *stored);

  for (gsize row = 0; row < n_rows; row++)
    memcpy (padded + row * stored, values + row * channels, channels * sizeof *values);

  return upload_values (tensor, &range, padded, error);
}

gboolean
sf_program_set_ids (SfProgram *self, const char *input, const gint32 *ids, GError **error)
{
  SfRange range;
  const SfTensor *tensor = find_tensor (self, input, &range);

  g_assert (tensor->format == SF_FORMAT_U32);

  return sf_range_upload (&range, ids, sf_shape_get_rows (&tensor->shape) * sizeof *ids, error);
}

gboolean
sf_program_run (SfProgram *self, GCancellable *cancellable, GError **error)
{
  return sf_recording_run (self->recording, cancellable, error);
}

GPtrArray *
sf_program_run_timed (SfProgram *self, GCancellable *cancellable, GError **error)
{
  return sf_recording_run_timed (self->recording, cancellable, error);
}

SfArray *
sf_program_get_nchw (SfProgram *self, const char *output, GError **error)
{
  SfRange range;
  const SfTensor *tensor = find_tensor (self, output, &range);
  const SfShape *shape = &tensor->shape;
  gsize stored = sf_shape_get_stored_channels (shape),
        pixels = (gsize) shape->height * shape->width;
  g_autofree float *nhwc = download_values (tensor, &range, error);
  SfArray *array;

  if (nhwc == NULL)
    return NULL;

  array = sf_array (shape->batch, shape->channels, shape->height, shape->width);
  for (gsize n = 0; n < shape->batch; n++)
    for (gsize c = 0; c < shape->channels; c++)
      for (gsize p = 0; p < pixels; p++)
        array->data[(n * shape->channels + c) * pixels + p] = nhwc[(n * pixels + p) * stored + c];

  return array;
}

SfArray *
sf_program_get_rows (SfProgram *self, const char *output, GError **error)
{
  SfRange range;
  const SfTensor *tensor = find_tensor (self, output, &range);
  const SfShape *shape = &tensor->shape;
  gsize n_rows = sf_shape_get_rows (shape), stored = sf_shape_get_stored_channels (shape);
  g_autofree float *padded = download_values (tensor, &range, error);
  SfArray *array;

  if (padded == NULL)
    return NULL;

  array = sf_array (shape->batch, (gsize) shape->height * shape->width, shape->channels);
  for (gsize row = 0; row < n_rows; row++)
    memcpy (array->data + row * shape->channels, padded + row * stored,
            shape->channels * sizeof (float));

  return array;
}

double
sf_program_get_flop (SfProgram *self)
{
  return sf_recording_get_flop (self->recording);
}

double
sf_program_get_bytes (SfProgram *self)
{
  return sf_recording_get_bytes (self->recording);
}

char *
sf_program_describe_plan (SfProgram *self)
{
  return sf_plan_describe (self->plan, self->graph);
}
