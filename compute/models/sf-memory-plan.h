/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "graph/sf-strips.h"
#include "models/sf-memory-mode.h"
#include "models/sf-model-config.h"

G_BEGIN_DECLS

/* Whether the VAE works on strips of the picture in turn (sf_strips_run()), which takes little device memory and
 * gives the same picture more slowly. */
typedef enum
{
  SF_TILING_AUTO, /* when the whole does not fit into the device */
  SF_TILING_ON,
  SF_TILING_OFF,
} SfTiling;

/* For which networks memory is to be planned, and what there is of it. */
typedef struct
{
  const SfPartSize *sizes;
  guint n_sizes;
  SfMemoryMode mode;
  SfTiling tiling;
  guint64 available_bytes; /* of the device, with what it holds of this program already */
} SfMemoryWish;

/**
 * SfMemoryPlan: where weights and activations of a picture's networks go. The sum of both is just what
 * the device holds at most, whichever of the networks run in whichever order.
 *
 * In the normal mode all weights stay, and the networks share one arena. In the others they take turns: the device holds weights
 * and activations of one part, which leave it when another begins.
 */
typedef struct
{
  SfMemoryMode mode; /* not SF_MEMORY_AUTO */
  gboolean tiled;    /* the VAE's decoder works in strips */
  guint64 arena_bytes;
  guint64 weight_bytes;
  guint64 allowances[SF_N_PARTS]; /* what the weights of a part may take: see SfProgramPlace */
} SfMemoryPlan;

/* Plans for the mode that is asked for, or the first that fits into the available memory. Fails where a network cannot be built at
 * its size; whether the plan fits is for the caller to see. */
gboolean sf_memory_plan_make (SfMemoryPlan *self, const SfModelConfig *config,
                              const SfKernels *kernels, const SfMemoryWish *wish, GError **error);

guint64 sf_memory_plan_get_bytes (const SfMemoryPlan *self);

G_END_DECLS
