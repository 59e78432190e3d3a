/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "graph/sf-graph.h"

G_BEGIN_DECLS

/* Operations that run in one go, with the streamed weights that they need. */
typedef struct
{
  guint first; /* places in the graph */
  guint end;
  guint64 n_bytes;
} SfSegment;

#define SF_RESIDENCY_SLOTS 2

/**
 * SfResidency: which weights of a graph stay on the device. The others are streamed: brought there segment by
 * segment at every run, into two slots in turns, so that one fills while the other is worked with.
 *
 * Large weights stay before small ones: the slots are as large as the largest that do not, and the largest belong to layers of few
 * pixels, behind whose work bringing them would be hidden least. A function of the graph and the kernels alone, so that bytes
 * are known beforehand.
 */
typedef struct
{
  GHashTable *streamed; /* keys of sf_weights_make_key(), a set */
  GArray *segments;     /* SfSegment; one of everything where nothing is streamed */
  guint64 resident_bytes;
  guint64 slot_bytes[SF_RESIDENCY_SLOTS]; /* of even and odd segments */
} SfResidency;

#define SF_RESIDENCY_ALL G_MAXUINT64

/* @most_bytes: what weights and slots may take together. SF_RESIDENCY_ALL: everything stays. Where streaming all of them takes
 * more, all are streamed. */
SfResidency *sf_residency_new (SfGraph *graph, const SfKernels *kernels, guint64 most_bytes)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_residency_free (SfResidency *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfResidency, sf_residency_free)

/* Of both slots; 0 where nothing is streamed. */
guint64 sf_residency_get_slot_bytes (const SfResidency *self);

/* Of the weights that stay and the slots. */
guint64 sf_residency_get_bytes (const SfResidency *self);

G_END_DECLS
