/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "graph/sf-graph.h"

G_BEGIN_DECLS

/* What a run of a network will take. */
typedef struct
{
  double flop;
  double seconds;
  double
      known; /* the part of the seconds, 0 … 1, that rests on measurements, see sf_recording_estimate() */
} SfCost;

/* Builds the pipelines; uploads, allocates and runs nothing. */
gboolean sf_cost_estimate (SfCost *self, SfGraph *graph, const SfKernels *kernels, GError **error);

G_END_DECLS
