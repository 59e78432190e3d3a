/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/sf-program.h"

#include "graph/sf-stored.h"
#include "graph/sf-weight-stream.h"

#include <string.h>

struct _SfProgram
{
  SfGraph *graph;
  SfKernels kernels;
  SfWeights *weights;
  SfArena *arena;
  SfPlan *plan;
  SfResidency *residency;

  /* While it has a place in the arena. */
  SfBuffer *memory;
  SfWeightStream *stream; /* NULL where all weights stay */
  GPtrArray *recordings;  /* SfRecording, one for each segment */
};

static SfRange
slot_range (SfProgram *self, const SfPlanSlot *slot)
{
  return (SfRange){ self->memory, slot->offset, slot->n_bytes };
}

static void
find_weights (SfProgram *self, guint index, const SfNode *node, SfOpCall *call)
{
  for (guint i = 0; i < SF_OP_MAX_WEIGHTS; i++)
    if (node->weights[i] != NULL)
      {
        gboolean found = (self->stream != NULL
                          && sf_weight_stream_find (self->stream, index, i, &call->weights[i]))
                         || sf_weights_find (self->weights, node->weights[i],
                                             &call->weight_shapes[i], &call->weights[i]);

        g_assert (found);
      }
}

static gboolean
record_node (SfProgram *self, guint index, SfRecording *recording, GError **error)
{
  const SfNode *node = sf_graph_get_node (self->graph, index);
  SfOpCall call = node->call;

  for (guint i = 0; i < SF_OP_MAX_INPUTS; i++)
    if (node->inputs[i] != NULL)
      call.inputs[i].range = slot_range (self, &self->plan->tensors[node->inputs[i]->index]);
  find_weights (self, index, node, &call);
  call.output.range = slot_range (self, &self->plan->tensors[node->output->index]);
  call.scratch = slot_range (self, &self->plan->scratch[index]);

  return call.op->record (&self->kernels, &call, recording, error);
}

static gboolean
record_segment (SfProgram *self, const SfSegment *segment, GError **error)
{
  SfRecording *recording = sf_recording_new (self->kernels.device, sf_graph_get_name (self->graph),
                                             error);

  if (recording == NULL)
    return FALSE;

  g_ptr_array_add (self->recordings, recording);
  for (guint i = segment->first; i < segment->end; i++)
    if (!record_node (self, i, recording, error))
      return FALSE;

  return TRUE;
}

/* SfArenaEvictFunc */
static void
lose_place (gpointer data)
{
  SfProgram *self = data;

  g_clear_pointer (&self->recordings, g_ptr_array_unref);
  g_clear_pointer (&self->stream, sf_weight_stream_free);
  g_clear_pointer (&self->memory, sf_buffer_unref);
}

static void
leave_place (SfProgram *self)
{
  sf_arena_unbind (self->arena, self);
  lose_place (self);
}

static gboolean
record_all (SfProgram *self, GError **error)
{
  const GArray *segments = self->residency->segments;

  if (sf_residency_get_slot_bytes (self->residency) > 0)
    {
      self->stream = sf_weight_stream_new (self->graph, self->residency, self->weights,
                                           self->kernels.device, error);
      if (self->stream == NULL)
        return FALSE;
    }

  self->recordings = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_recording_free);
  for (guint i = 0; i < segments->len; i++)
    if (!record_segment (self, &g_array_index (segments, SfSegment, i), error))
      return FALSE;

  return TRUE;
}

/* Has the program ready to be filled and run. */
static gboolean
take_place (SfProgram *self, GCancellable *cancellable, GError **error)
{
  SfBuffer *memory;

  if (self->memory != NULL)
    return TRUE;

  memory = sf_arena_bind (self->arena, self->plan->arena_bytes, lose_place, self, error);
  if (memory == NULL)
    return FALSE;

  self->memory = sf_buffer_ref (memory);
  if (sf_weights_load (self->weights, self->graph, self->residency->streamed, cancellable, error)
      && record_all (self, error))
    return TRUE;
  leave_place (self);
  return FALSE;
}

SfProgram *
sf_program_new (SfGraph *graph, const SfProgramPlace *place, GCancellable *cancellable,
                GError **error)
{
  g_autoptr (SfProgram) self = g_new0 (SfProgram, 1);

  self->graph = graph;
  self->kernels = *place->kernels;
  self->weights = place->weights;
  self->arena = sf_arena_ref (place->arena);
  if (!sf_graph_check (graph, error))
    return NULL;

  self->plan = sf_plan_new (graph, &self->kernels);
  self->residency = sf_residency_new (graph, &self->kernels, place->weight_bytes);

  return take_place (self, cancellable, error) ? g_steal_pointer (&self) : NULL;
}

void
sf_program_free (SfProgram *self)
{
  leave_place (self);
  g_clear_pointer (&self->residency, sf_residency_free);
  g_clear_pointer (&self->plan, sf_plan_free);
  sf_arena_unref (self->arena);
  g_clear_pointer (&self->graph, sf_graph_free);
  g_free (self);
}

static const SfTensor *
find_tensor (SfProgram *self, const char *name)
{
  const SfTensor *tensor = sf_graph_find (self->graph, name);

  g_assert (tensor != NULL);

  return tensor;
}

/* Fills in all of an input. */
static gboolean
upload (SfProgram *self, const SfTensor *tensor, gconstpointer stored, GError **error)
{
  SfRange range;

  if (!take_place (self, NULL, error))
    return FALSE;

  range = slot_range (self, &self->plan->tensors[tensor->index]);
  return sf_range_upload (&range, stored, range.n_bytes, error);
}

gboolean
sf_program_set_stored (SfProgram *self, const char *input, gconstpointer stored, GError **error)
{
  return upload (self, find_tensor (self, input), stored, error);
}

gboolean
sf_program_set_nchw (SfProgram *self, const char *input, const float *values, GError **error)
{
  const SfTensor *tensor = find_tensor (self, input);
  g_autofree gpointer stored = sf_stored_from_nchw (&tensor->shape, tensor->format, values);

  return upload (self, tensor, stored, error);
}

gboolean
sf_program_set_rows (SfProgram *self, const char *input, const float *values, GError **error)
{
  const SfTensor *tensor = find_tensor (self, input);
  g_autofree gpointer stored = sf_stored_from_rows (&tensor->shape, tensor->format, values);

  return upload (self, tensor, stored, error);
}

gboolean
sf_program_set_ids (SfProgram *self, const char *input, const gint32 *ids, GError **error)
{
  const SfTensor *tensor = find_tensor (self, input);
  const gsize n_ids = sf_shape_get_rows (&tensor->shape);
  g_autofree gint32 *stored = g_new0 (gint32,
                                      n_ids * sf_shape_get_stored_channels (&tensor->shape));

  g_assert (tensor->format == SF_FORMAT_U32);
  memcpy (stored, ids, n_ids * sizeof *ids);

  return upload (self, tensor, stored, error);
}

/* Runs a segment. @timings: what dispatches took is added to it, unless it is NULL. */
static gboolean
run_segment (SfProgram *self, guint index, GPtrArray *timings, GCancellable *cancellable,
             GError **error)
{
  SfRecording *recording = g_ptr_array_index (self->recordings, index);
  GPtrArray *more;

  if (timings == NULL)
    return sf_recording_run (recording, cancellable, error);

  more = sf_recording_run_timed (recording, cancellable, error);
  if (more == NULL)
    return FALSE;

  g_ptr_array_extend_and_steal (timings, more);
  return TRUE;
}

static gboolean
run_segments (SfProgram *self, GPtrArray *timings, GCancellable *cancellable, GError **error)
{
  if (!take_place (self, cancellable, error))
    return FALSE;

  if (self->stream != NULL)
    sf_weight_stream_start (self->stream, 0);
  for (guint i = 0; i < self->recordings->len; i++)
    {
      if (self->stream != NULL)
        {
          if (!sf_weight_stream_wait (self->stream, error))
            return FALSE;
          if (i + 1 < self->recordings->len)
            sf_weight_stream_start (self->stream, i + 1);
        }
      if (!run_segment (self, i, timings, cancellable, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
sf_program_run (SfProgram *self, GCancellable *cancellable, GError **error)
{
  return run_segments (self, NULL, cancellable, error);
}

GPtrArray *
sf_program_run_timed (SfProgram *self, GCancellable *cancellable, GError **error)
{
  GPtrArray *timings = sf_recording_new_timings ();

  if (run_segments (self, timings, cancellable, error))
    return timings;
  g_ptr_array_unref (timings);
  return NULL;
}

/* Takes out all of an output. */
static gboolean
download (SfProgram *self, const SfTensor *tensor, gpointer stored, GError **error)
{
  const SfRange range = slot_range (self, &self->plan->tensors[tensor->index]);

  g_return_val_if_fail (self->memory != NULL, FALSE);

  return sf_range_download (&range, stored, range.n_bytes, error);
}

gboolean
sf_program_get_stored (SfProgram *self, const char *output, gpointer stored, GError **error)
{
  return download (self, find_tensor (self, output), stored, error);
}

gpointer
sf_program_dup_stored (SfProgram *self, const char *output, GError **error)
{
  const SfTensor *tensor = find_tensor (self, output);
  g_autofree gpointer stored = g_malloc (sf_shape_get_bytes (&tensor->shape, tensor->format));

  return download (self, tensor, stored, error) ? g_steal_pointer (&stored) : NULL;
}

SfArray *
sf_program_get_nchw (SfProgram *self, const char *output, GError **error)
{
  const SfTensor *tensor = find_tensor (self, output);
  g_autofree gpointer stored = g_malloc (sf_shape_get_bytes (&tensor->shape, tensor->format));

  return download (self, tensor, stored, error)
             ? sf_stored_to_nchw (&tensor->shape, tensor->format, stored)
             : NULL;
}

SfArray *
sf_program_get_rows (SfProgram *self, const char *output, GError **error)
{
  const SfTensor *tensor = find_tensor (self, output);
  g_autofree gpointer stored = g_malloc (sf_shape_get_bytes (&tensor->shape, tensor->format));

  return download (self, tensor, stored, error)
             ? sf_stored_to_rows (&tensor->shape, tensor->format, stored)
             : NULL;
}

double
sf_program_get_flop (SfProgram *self)
{
  double flop = 0;

  for (guint i = 0; self->recordings != NULL && i < self->recordings->len; i++)
    flop += sf_recording_get_flop (g_ptr_array_index (self->recordings, i));

  return flop;
}

double
sf_program_get_bytes (SfProgram *self)
{
  double bytes = 0;

  for (guint i = 0; self->recordings != NULL && i < self->recordings->len; i++)
    bytes += sf_recording_get_bytes (g_ptr_array_index (self->recordings, i));

  return bytes;
}

char *
sf_program_describe_plan (SfProgram *self)
{
  return sf_plan_describe (self->plan, self->graph);
}
