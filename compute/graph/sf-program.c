/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/sf-program.h"

#include "graph/sf-stored.h"

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

gboolean
sf_program_set_stored (SfProgram *self, const char *input, gconstpointer stored, GError **error)
{
  SfRange range;

  find_tensor (self, input, &range);
  return sf_range_upload (&range, stored, range.n_bytes, error);
}

gboolean
sf_program_set_nchw (SfProgram *self, const char *input, const float *values, GError **error)
{
  SfRange range;
  const SfTensor *tensor = find_tensor (self, input, &range);
  g_autofree gpointer stored = sf_stored_from_nchw (&tensor->shape, tensor->format, values);

  return sf_range_upload (&range, stored, range.n_bytes, error);
}

gboolean
sf_program_set_rows (SfProgram *self, const char *input, const float *values, GError **error)
{
  SfRange range;
  const SfTensor *tensor = find_tensor (self, input, &range);
  g_autofree gpointer stored = sf_stored_from_rows (&tensor->shape, tensor->format, values);

  return sf_range_upload (&range, stored, range.n_bytes, error);
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

gboolean
sf_program_get_stored (SfProgram *self, const char *output, gpointer stored, GError **error)
{
  SfRange range;

  find_tensor (self, output, &range);
  return sf_range_download (&range, stored, range.n_bytes, error);
}

SfArray *
sf_program_get_nchw (SfProgram *self, const char *output, GError **error)
{
  SfRange range;
  const SfTensor *tensor = find_tensor (self, output, &range);
  g_autofree gpointer stored = g_malloc (range.n_bytes);

  return sf_range_download (&range, stored, range.n_bytes, error)
             ? sf_stored_to_nchw (&tensor->shape, tensor->format, stored)
             : NULL;
}

SfArray *
sf_program_get_rows (SfProgram *self, const char *output, GError **error)
{
  SfRange range;
  const SfTensor *tensor = find_tensor (self, output, &range);
  g_autofree gpointer stored = g_malloc (range.n_bytes);

  return sf_range_download (&range, stored, range.n_bytes, error)
             ? sf_stored_to_rows (&tensor->shape, tensor->format, stored)
             : NULL;
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
