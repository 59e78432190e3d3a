/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/sf-plan.h"

#include <string.h>

#define TEXEL_BYTES 16

static int
compare_by_bytes (gconstpointer a, gconstpointer b)
{
  const SfPlanSlot *first = *(const SfPlanSlot *const *) a;
  const SfPlanSlot *second = *(const SfPlanSlot *const *) b;

  if (first->n_bytes != second->n_bytes)
    return first->n_bytes > second->n_bytes ? -1 : 1;
  return first->first < second->first ? -1 : first->first > second->first;
}

static int
compare_by_offset (gconstpointer a, gconstpointer b)
{
  const SfPlanSlot *first = *(const SfPlanSlot *const *) a;
  const SfPlanSlot *second = *(const SfPlanSlot *const *) b;

  if (first->offset != second->offset)
    return first->offset < second->offset ? -1 : 1;
  return first->first < second->first ? -1 : first->first > second->first;
}

/* @placed is kept in order of offset, so the first gap that is wide enough is the lowest. */
static void
place (GPtrArray *placed, SfPlanSlot *slot)
{
  guint at = 0;

  slot->offset = 0;
  for (guint i = 0; i < placed->len; i++)
    {
      const SfPlanSlot *other = g_ptr_array_index (placed, i);

      if (other->last < slot->first || slot->last < other->first)
        continue;
      if (slot->offset + sf_buffer_align (slot->n_bytes) <= other->offset)
        break;
      slot->offset = MAX (slot->offset, other->offset + sf_buffer_align (other->n_bytes));
    }

  while (at < placed->len
         && ((SfPlanSlot *) g_ptr_array_index (placed, at))->offset <= slot->offset)
    at++;
  g_ptr_array_insert (placed, (int) at, slot);
}

/* The tensor in whose place an operation's result is made, or NULL. */
static const SfTensor *
find_replaced (const SfNode *node, guint at)
{
  const SfTensor *input = node->inputs[0];

  return node->call.op->in_place && input->used_until == at && !input->is_input
                 && input->format == node->output->format
                 && memcmp (&input->shape, &node->output->shape, sizeof input->shape) == 0
             ? input
             : NULL;
}

/* Makes one slot of those that take each other's place: the first of them lives as long as all. Returns the first of each
 * tensor. */
static guint *
join_replaced (SfPlan *self, SfGraph *graph)
{
  guint *firsts = g_new (guint, self->n_tensors);

  for (guint i = 0; i < self->n_tensors; i++)
    firsts[i] = i;
  for (guint i = 0; i < self->n_nodes; i++)
    {
      const SfNode *node = sf_graph_get_node (graph, i);
      const SfTensor *replaced = find_replaced (node, i);

      if (replaced == NULL)
        continue;
      firsts[node->output->index] = firsts[replaced->index];
      self->tensors[firsts[replaced->index]].last = self->tensors[node->output->index].last;
    }

  return firsts;
}

/* @firsts: see join_replaced(); NULL: all slots. */
static GPtrArray *
collect_slots (const SfPlan *self, const guint *firsts)
{
  GPtrArray *slots = g_ptr_array_new ();

  for (guint i = 0; i < self->n_tensors; i++)
    if (firsts == NULL || firsts[i] == i)
      g_ptr_array_add (slots, &self->tensors[i]);
  for (guint i = 0; i < self->n_nodes; i++)
    if (self->scratch[i].n_bytes > 0)
      g_ptr_array_add (slots, &self->scratch[i]);

  return slots;
}

static guint
find_last (const SfPlan *self, const SfTensor *tensor)
{
  return MIN (tensor->used_until, self->n_nodes - 1);
}

SfPlan *
sf_plan_new (SfGraph *graph, const SfKernels *kernels)
{
  SfPlan *self = g_new0 (SfPlan, 1);
  g_autofree guint *firsts = NULL;
  g_autoptr (GPtrArray) slots = NULL;
  g_autoptr (GPtrArray) placed = g_ptr_array_new ();

  self->n_tensors = sf_graph_get_n_tensors (graph);
  self->n_nodes = sf_graph_get_n_nodes (graph);
  self->tensors = g_new0 (SfPlanSlot, self->n_tensors);
  self->scratch = g_new0 (SfPlanSlot, self->n_nodes);

  for (guint i = 0; i < self->n_tensors; i++)
    {
      const SfTensor *tensor = sf_graph_get_tensor (graph, i);

      self->tensors[i] = (SfPlanSlot){
        .name = tensor->name,
        .n_bytes = sf_shape_get_bytes (&tensor->shape, tensor->format),
        .first = tensor->made_at,
        .last = find_last (self, tensor),
      };
    }
  for (guint i = 0; i < self->n_nodes; i++)
    {
      const SfOpCall *call = &sf_graph_get_node (graph, i)->call;

      self->scratch[i] = (SfPlanSlot){
        .name = call->label,
        .is_scratch = TRUE,
        .n_bytes = call->op->scratch_bytes != NULL ? call->op->scratch_bytes (kernels, call) : 0,
        .first = i,
        .last = i,
      };
    }

  firsts = join_replaced (self, graph);
  slots = collect_slots (self, firsts);
  g_ptr_array_sort (slots, compare_by_bytes);
  for (guint i = 0; i < slots->len; i++)
    {
      SfPlanSlot *slot = g_ptr_array_index (slots, i);

      place (placed, slot);
      self->arena_bytes = MAX (self->arena_bytes, slot->offset + sf_buffer_align (slot->n_bytes));
    }
  for (guint i = 0; i < self->n_tensors; i++)
    {
      self->tensors[i].offset = self->tensors[firsts[i]].offset;
      self->tensors[i].last = find_last (self, sf_graph_get_tensor (graph, i));
    }

  return self;
}

void
sf_plan_free (SfPlan *self)
{
  g_free (self->tensors);
  g_free (self->scratch);
  g_free (self);
}

gboolean
sf_plan_is_possible (const SfPlan *self, const SfKernels *kernels)
{
  const SfDeviceInfo *info = sf_device_get_info (kernels->device);
  guint64 most = info->max_storage_range_bytes;

  if (kernels->texel)
    most = MIN (most, info->max_texel_elements * TEXEL_BYTES);
  for (guint i = 0; i < self->n_tensors; i++)
    if (self->tensors[i].n_bytes > most)
      return FALSE;
  for (guint i = 0; i < self->n_nodes; i++)
    if (self->scratch[i].n_bytes > most)
      return FALSE;

  return self->arena_bytes <= info->max_allocation_bytes;
}

char *
sf_plan_describe (const SfPlan *self, SfGraph *graph)
{
  g_autoptr (GPtrArray) slots = collect_slots (self, NULL);
  GString *text = g_string_new (NULL);
  guint64 sum = 0;

  g_string_append_printf (text, "%s: %u operations, %u tensors\n", sf_graph_get_name (graph),
                          self->n_nodes, self->n_tensors);
  g_string_append_printf (text, "%12s %12s %13s  %s\n", "offset", "bytes", "alive", "name");

  g_ptr_array_sort (slots, compare_by_offset);
  for (guint i = 0; i < slots->len; i++)
    {
      const SfPlanSlot *slot = g_ptr_array_index (slots, i);

      sum += sf_buffer_align (slot->n_bytes);
      g_string_append_printf (text,
                              "%12" G_GUINT64_FORMAT " %12" G_GUINT64_FORMAT " %6u-%-6u  %s%s\n",
                              slot->offset, slot->n_bytes, slot->first, slot->last, slot->name,
                              slot->is_scratch ? " (scratch)" : "");
    }
  g_string_append_printf (text,
                          "arena %" G_GUINT64_FORMAT " bytes; without sharing %" G_GUINT64_FORMAT
                          " bytes\n",
                          self->arena_bytes, sum);

  return g_string_free (text, FALSE);
}
