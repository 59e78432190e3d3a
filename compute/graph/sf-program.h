/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"
#include "graph/sf-arena.h"
#include "graph/sf-plan.h"
#include "graph/sf-residency.h"
#include "graph/sf-weights.h"

G_BEGIN_DECLS

/**
 * SfProgram: a graph made ready on a device: its place in the arena, its weights' places, its
 * recorded commands. Run as often as wanted; inputs keep their contents between runs as long as no
 * other program of the arena runs.
 *
 * When it is evicted from the arena, it makes itself ready anew the next time that it is used.
 */
typedef struct _SfProgram SfProgram;

typedef struct
{
  const SfKernels *kernels; /* copied */
  SfWeights *weights;       /* which must outlive the program */
  SfArena *arena;
  guint64
      weight_bytes; /* that weights may take: those that stay and the slots of those that do not */
} SfProgramPlace;

/* Takes the graph. Loads the weights that are missing, takes its place in the arena and records. */
SfProgram *sf_program_new (SfGraph *graph, const SfProgramPlace *place, GCancellable *cancellable,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sf_program_free (SfProgram *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfProgram, sf_program_free)

/* Sets an input from host values, f32.
 *
 * NCHW: [batch, channels, height, width]. ROWS: [batch, rows, channels] where rows = height × width. */
gboolean sf_program_set_nchw (SfProgram *self, const char *input, const float *values,
                              GError **error);
gboolean sf_program_set_rows (SfProgram *self, const char *input, const float *values,
                              GError **error);
/* Sets an input of token ids, [batch, tokens]. */
gboolean sf_program_set_ids (SfProgram *self, const char *input, const gint32 *ids, GError **error);

/* The same without conversion: all bytes of the tensor as they are stored (sf-stored.h). */
gboolean sf_program_set_stored (SfProgram *self, const char *input, gconstpointer stored,
                                GError **error);
gboolean sf_program_get_stored (SfProgram *self, const char *output, gpointer stored,
                                GError **error);

/* The same, newly allocated. */
gpointer sf_program_dup_stored (SfProgram *self, const char *output, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

gboolean sf_program_run (SfProgram *self, GCancellable *cancellable, GError **error);

/* Runs once with a timestamp around every dispatch. Element type SfDispatchTiming. */
GPtrArray *sf_program_run_timed (SfProgram *self, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* An output after a run: [batch, channels, height, width], or [batch, rows, channels]. */
SfArray *sf_program_get_nchw (SfProgram *self, const char *output, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
SfArray *sf_program_get_rows (SfProgram *self, const char *output, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Of a run, once there was one. */
double sf_program_get_flop (SfProgram *self);
double sf_program_get_bytes (SfProgram *self);
char *sf_program_describe_plan (SfProgram *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
