/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"
#include "graph/sf-program.h"

G_BEGIN_DECLS

/* Device memory that a strip's activations take where nothing else is asked for. */
#define SF_STRIPS_BYTES (G_GUINT64_CONSTANT (64) << 20)

/* A network on a picture that is too large for the device: it runs operation by operation, each in strips of rows
 * with as many rows of their neighbours as it needs; between operations tensors lie in host memory. Group norms
 * take their statistics from the whole. So nothing is approximated: the result is the whole network's but
 * for the order of sums, and there are no seams. Device memory holds one strip, and keys and values of attention.
 *
 * @graph has one input and a batch of 1, and consists of convolutions, linear layers, activations, concatenations,
 * attention and group norms, each of which other operations read. @values: [1, channels, height, width]. @strip_bytes: what a
 * strip's activations should take at most; an operation that takes more with two rows runs with two. @place: where weights
 * may not take all that they want, none stays. Returns the named output likewise. */
SfArray *sf_strips_run (SfGraph *graph, const SfProgramPlace *place, const char *input,
                        const SfArray *values, const char *output, guint64 strip_bytes,
                        GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What that takes. */
typedef struct
{
  guint64 arena_bytes;
  guint64 weight_bytes; /* where weights stay: those that are uploaded */
  guint64 slot_bytes;   /* where they do not: the slots of one operation, the largest */
} SfStripsCost;

/* Finds it out without a run; only extents of the graph are looked at. */
gboolean sf_strips_measure (SfGraph *graph, const SfKernels *kernels, guint64 strip_bytes,
                            SfStripsCost *cost, GError **error);

G_END_DECLS
