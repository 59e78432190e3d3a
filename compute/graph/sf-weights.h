/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "graph/sf-graph.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where weights come from. The source must outlive what uses it. */
typedef struct
{
  /* Writes the named weight as f32 in the order that SfWeightShape gives, or says why it cannot:
   * not there, or another shape. */
  gboolean (*read) (gpointer data, const char *name, const SfWeightShape *shape, float *values,
                    GError **error);
  /* Now and then between reads: gives back the memory of what was read. May be NULL. */
  void (*forget) (gpointer data);
  gpointer data;
} SfWeightSource;

/**
 * SfWeights: the packed weights of a model on a device, each uploaded once and
 * kept for every graph that uses it.
 */
typedef struct _SfWeights SfWeights;

SfWeights *sf_weights_new (const SfKernels *kernels, const SfWeightSource *source)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_weights_free (SfWeights *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfWeights, sf_weights_free)

/* Reads, packs and uploads what the graph uses and is not there yet. */
gboolean sf_weights_load (SfWeights *self, SfGraph *graph, GCancellable *cancellable,
                          GError **error);

/* The values of a weight as its source has them; nothing is uploaded. */
gboolean sf_weights_read (SfWeights *self, const char *name, const SfWeightShape *shape,
                          float *values, GError **error);

/* What tells apart weights of one name that are packed differently. */
char *sf_weights_make_key (const char *name, const SfWeightShape *shape) G_GNUC_WARN_UNUSED_RESULT;

/* The range of a weight that was loaded. The shape tells apart different packings of one name. */
gboolean sf_weights_find (SfWeights *self, const char *name, const SfWeightShape *shape,
                          SfRange *range);

G_END_DECLS
