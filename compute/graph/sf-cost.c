/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/sf-cost.h"

#include "graph/sf-plan.h"
#include "graph/sf-weights.h"

struct _SfCost
{
  SfKernels kernels;
  GHashTable *weights; /* the keys of those that were counted */
  guint64 weight_bytes;
};

SfCost *
sf_cost_new (const SfKernels *kernels)
{
  SfCost *self = g_new0 (SfCost, 1);

  self->kernels = *kernels;
  self->weights = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

void
sf_cost_free (SfCost *self)
{
  g_hash_table_unref (self->weights);
  g_free (self);
}

static void
add_weights (SfCost *self, const SfNode *node)
{
  for (guint i = 0; i < SF_OP_MAX_WEIGHTS; i++)
    {
      const SfWeightShape *shape = &node->call.weight_shapes[i];

      if (node->weights[i] != NULL
          && g_hash_table_add (self->weights, sf_weights_make_key (node->weights[i], shape)))
        self->weight_bytes += sf_buffer_align (sf_weight_get_bytes (&self->kernels, shape));
    }
}

gboolean
sf_cost_add (SfCost *self, SfGraph *graph, SfRunCost *run, GError **error)
{
  g_autoptr (SfRecording)
      recording = sf_recording_new_estimate (self->kernels.device, sf_graph_get_name (graph));
  g_autoptr (SfPlan) plan = NULL;

  if (!sf_graph_check (graph, error))
    return FALSE;

  for (guint i = 0; i < sf_graph_get_n_nodes (graph); i++)
    {
      const SfNode *node = sf_graph_get_node (graph, i);

      add_weights (self, node);
      if (!node->call.op->record (&self->kernels, &node->call, recording, error))
        return FALSE;
    }

  plan = sf_plan_new (graph, &self->kernels);
  run->arena_bytes = plan->arena_bytes;
  run->flop = sf_recording_get_flop (recording);
  run->seconds = sf_recording_estimate (recording, &run->known);

  return TRUE;
}

guint64
sf_cost_get_weight_bytes (const SfCost *self)
{
  return self->weight_bytes;
}
