/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "graph/sf-graph.h"

G_BEGIN_DECLS

/**
 * SfCost: what networks that share their weights will take, before anything is
 * uploaded, allocated or run.
 */
typedef struct _SfCost SfCost;

SfCost *sf_cost_new (const SfKernels *kernels) G_GNUC_WARN_UNUSED_RESULT;
void sf_cost_free (SfCost *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfCost, sf_cost_free)

/* Of one network. */
typedef struct
{
  guint64 arena_bytes; /* of its program */
  double flop;         /* of a run */
  double seconds;
  double
      known; /* the part of the seconds, 0 … 1, that rests on measurements, see sf_recording_estimate() */
} SfRunCost;

/* Adds a graph; builds its pipelines. */
gboolean sf_cost_add (SfCost *self, SfGraph *graph, SfRunCost *run, GError **error);

/* Of all graphs that were added, each weight once. */
guint64 sf_cost_get_weight_bytes (const SfCost *self);

G_END_DECLS
