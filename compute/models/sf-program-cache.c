/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-program-cache.h"

#include <string.h>

/* Enough for text, UNet with and without guidance, and the decoder at two sizes; or for prompts of unequal length with a step
 * cache: text, both passes of the UNet with and without its deep blocks, and two decoders. */
#define MAX_PROGRAMS 7

typedef struct
{
  SfPartSize size;
  SfProgram *program;
} Entry;

struct _SfProgramCache
{
  const SfModelConfig *config;
  SfKernels kernels;
  SfArena *arena;
  SfWeights *weights;
  guint64 allowances[SF_N_PARTS];
  GQueue programs; /* of Entry, the last used first */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  sf_program_free (entry->program);
  g_free (entry);
}

static void
forget_checkpoint (gpointer checkpoint)
{
  sf_checkpoint_forget (checkpoint);
}

SfProgramCache *
sf_program_cache_new (SfArena *arena, const SfKernels *kernels, const SfModelConfig *config,
                      SfCheckpoint *checkpoint)
{
  SfProgramCache *self = g_new0 (SfProgramCache, 1);

  self->config = config;
  self->kernels = *kernels;
  self->arena = sf_arena_ref (arena);
  self->weights = sf_weights_new (&self->kernels,
                                  &(SfWeightSource){ .read = sf_model_config_read_weight,
                                                     .find_halves = sf_model_config_find_halves,
                                                     .forget = forget_checkpoint,
                                                     .data = checkpoint });
  for (guint i = 0; i < SF_N_PARTS; i++)
    self->allowances[i] = SF_RESIDENCY_ALL;

  return self;
}

void
sf_program_cache_free (SfProgramCache *self)
{
  g_queue_clear_full (&self->programs, entry_free);
  sf_weights_free (self->weights);
  sf_arena_unref (self->arena);
  g_free (self);
}

const SfKernels *
sf_program_cache_get_kernels (SfProgramCache *self)
{
  return &self->kernels;
}

void
sf_program_cache_free_weights (SfProgramCache *self)
{
  sf_weights_clear (self->weights);
}

void
sf_program_cache_allow (SfProgramCache *self, const guint64 allowances[SF_N_PARTS])
{
  if (memcmp (self->allowances, allowances, sizeof self->allowances) == 0)
    return;

  g_queue_clear_full (&self->programs, entry_free);
  sf_weights_clear (self->weights);
  memcpy (self->allowances, allowances, sizeof self->allowances);
}

const guint64 *
sf_program_cache_get_allowances (SfProgramCache *self)
{
  return self->allowances;
}

SfProgramPlace
sf_program_cache_get_place (SfProgramCache *self, SfPart part)
{
  return (SfProgramPlace){
    .kernels = &self->kernels,
    .weights = self->weights,
    .arena = self->arena,
    .weight_bytes = self->allowances[part],
  };
}

static GList *
find_link (SfProgramCache *self, const SfPartSize *size)
{
  GList *link = self->programs.head;

  while (link != NULL && !sf_part_size_equal (&((Entry *) link->data)->size, size))
    link = link->next;

  return link;
}

gboolean
sf_program_cache_has (SfProgramCache *self, const SfPartSize *size)
{
  return find_link (self, size) != NULL;
}

SfProgram *
sf_program_cache_get (SfProgramCache *self, const SfPartSize *size, GCancellable *cancellable,
                      GError **error)
{
  const SfProgramPlace place = sf_program_cache_get_place (self, size->part);
  GList *link = find_link (self, size);
  SfProgram *program;
  Entry *entry;

  if (link != NULL)
    {
      g_queue_unlink (&self->programs, link);
      g_queue_push_head_link (&self->programs, link);
      return ((Entry *) link->data)->program;
    }

  program = sf_program_new (sf_model_config_build (self->config, size, self->kernels.format),
                            &place, cancellable, error);
  if (program == NULL)
    return NULL;

  entry = g_new (Entry, 1);
  *entry = (Entry){ *size, program };
  g_queue_push_head (&self->programs, entry);
  if (self->programs.length > MAX_PROGRAMS)
    entry_free (g_queue_pop_tail (&self->programs));

  return program;
}
