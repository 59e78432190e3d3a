/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "graph/sf-graph.h"

G_BEGIN_DECLS

/**
 * SfPlan: where each tensor of a graph lies in one arena.
 *
 * Two tensors share memory only when their lives do not touch, or when the second is made in the place of the first, which
 * nothing else reads; an operation's scratch lives while the operation runs. Larger ones are placed first, each at the
 * lowest offset that is free during its life. Needs no device: the bytes are known beforehand.
 */
typedef struct
{
  const char *name; /* of the tensor, or of the operation whose scratch it is */
  gboolean is_scratch;
  guint64 offset; /* a multiple of SF_BUFFER_ALIGNMENT */
  guint64 n_bytes;
  guint first; /* operations during which it is alive, both included */
  guint last;
} SfPlanSlot;

typedef struct
{
  guint64 arena_bytes;
  guint n_tensors;
  SfPlanSlot *tensors; /* by the tensor's index */
  guint n_nodes;
  SfPlanSlot *scratch; /* by the operation's place; n_bytes is 0 where there is none */
} SfPlan;

SfPlan *sf_plan_new (SfGraph *graph, const SfKernels *kernels) G_GNUC_WARN_UNUSED_RESULT;
void sf_plan_free (SfPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfPlan, sf_plan_free)

/* Whether the device can hold the arena in one piece, and its shaders can reach all of each tensor. */
gboolean sf_plan_is_possible (const SfPlan *self, const SfKernels *kernels);

/* A table for people: a line for each tensor and scratch in order of offset, then the sums. */
char *sf_plan_describe (const SfPlan *self, SfGraph *graph) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
