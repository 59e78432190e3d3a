/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/sf-cost.h"

gboolean
sf_cost_estimate (SfCost *self, SfGraph *graph, const SfKernels *kernels, GError **error)
{
  g_autoptr (SfRecording)
      recording = sf_recording_new_estimate (kernels->device, sf_graph_get_name (graph));

  if (!sf_graph_check (graph, error))
    return FALSE;

  for (guint i = 0; i < sf_graph_get_n_nodes (graph); i++)
    {
      const SfNode *node = sf_graph_get_node (graph, i);

      if (!node->call.op->record (kernels, &node->call, recording, error))
        return FALSE;
    }

  self->flop = sf_recording_get_flop (recording);
  self->seconds = sf_recording_estimate (recording, &self->known);

  return TRUE;
}
