/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "graph/sf-graph.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where weights come from. The source must outlive what uses it. */
typedef struct
{
  /* Writes rows of the named weight as f32 in the order that SfWeightShape gives, or says why it cannot:
   * not there, or another shape. Any thread, one at a time. */
  gboolean (*read) (gpointer data, const char *name, const SfWeightShape *shape, guint first_row,
                    guint n_rows, float *values, GError **error);
  /* SfWeightRows.halves of the named weight. May be NULL. */
  gconstpointer (*find_halves) (gpointer data, const char *name, const SfWeightShape *shape);
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
const SfKernels *sf_weights_get_kernels (SfWeights *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfWeights, sf_weights_free)

/* Reads, packs and uploads what the graph uses and is not there yet. @streamed: keys of those that are
 * left out, or NULL. */
gboolean sf_weights_load (SfWeights *self, SfGraph *graph, GHashTable *streamed,
                          GCancellable *cancellable, GError **error);

/* Frees all of them. */
void sf_weights_clear (SfWeights *self);

/* Reads and packs a weight into sf_weight_get_bytes() bytes. Any thread, one at a time. */
gboolean sf_weights_pack (SfWeights *self, const char *name, const SfWeightShape *shape,
                          gpointer packed, GError **error);

/* Gives back the memory of what was read. Any thread, one at a time. */
void sf_weights_forget_source (SfWeights *self);

/* The values of a weight as its source has them; nothing is uploaded. */
gboolean sf_weights_read (SfWeights *self, const char *name, const SfWeightShape *shape,
                          float *values, GError **error);

/* What tells apart weights of one name that are packed differently. */
char *sf_weights_make_key (const char *name, const SfWeightShape *shape) G_GNUC_WARN_UNUSED_RESULT;

/* The range of a weight that was loaded. The shape tells apart different packings of one name. */
gboolean sf_weights_find (SfWeights *self, const char *name, const SfWeightShape *shape,
                          SfRange *range);

G_END_DECLS
