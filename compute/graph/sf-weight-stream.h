/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "graph/sf-residency.h"
#include "graph/sf-weights.h"

G_BEGIN_DECLS

/**
 * SfWeightStream: brings the streamed weights of a program to the device while it runs.
 *
 * A segment is read and packed on a thread of its own, into memory of the device where the host sees it. What a slot
 * holds already is not brought again.
 */
typedef struct _SfWeightStream SfWeightStream;

/* Allocates the slots. @graph, @residency and @weights must outlive it. */
SfWeightStream *sf_weight_stream_new (SfGraph *graph, const SfResidency *residency,
                                      SfWeights *weights, SfDevice *device, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_weight_stream_free (SfWeightStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfWeightStream, sf_weight_stream_free)

/* Where a weight of an operation lies while its segment runs; FALSE for one that stays on the device. */
gboolean sf_weight_stream_find (SfWeightStream *self, guint node, guint weight, SfRange *range);

/* Begins to bring a segment, which must be the one after that of the last sf_weight_stream_wait(); the device must be
 * done with the segment before that. */
void sf_weight_stream_start (SfWeightStream *self, guint segment);

/* Waits until the segment that was started is there. */
gboolean sf_weight_stream_wait (SfWeightStream *self, GError **error);

G_END_DECLS
