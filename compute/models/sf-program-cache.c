/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-program-cache.h"

/* Enough for text, UNet with and without guidance, and the decoder at two sizes. */
#define MAX_PROGRAMS 6

typedef struct
{
  SfPartSize size;
  SfProgram *program;
} Entry;

struct _SfProgramCache
{
  const SfModelConfig *config;
  SfKernels kernels;
  SfWeights *weights;
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
sf_program_cache_new (SfDevice *device, SfFormat format, const SfModelConfig *config,
                      SfCheckpoint *checkpoint)
{
  SfProgramCache *self = g_new0 (SfProgramCache, 1);

  self->config = config;
  self->kernels = sf_kernels_choose (device, format);
  self->weights = sf_weights_new (&self->kernels,
                                  &(SfWeightSource){ sf_model_config_read_weight, forget_checkpoint,
                                                     checkpoint });

  return self;
}

void
sf_program_cache_free (SfProgramCache *self)
{
  g_queue_clear_full (&self->programs, entry_free);
  sf_weights_free (self->weights);
  g_free (self);
}

const SfKernels *
sf_program_cache_get_kernels (SfProgramCache *self)
{
  return &self->kernels;
}

SfWeights *
sf_program_cache_get_weights (SfProgramCache *self)
{
  return self->weights;
}

static gboolean
sizes_equal (const SfPartSize *a, const SfPartSize *b)
{
  return a->part == b->part && a->batch == b->batch && a->height == b->height
         && a->width == b->width && a->tokens == b->tokens && a->clip_skip == b->clip_skip;
}

static GList *
find_link (SfProgramCache *self, const SfPartSize *size)
{
  GList *link = self->programs.head;

  while (link != NULL && !sizes_equal (&((Entry *) link->data)->size, size))
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
                            &self->kernels, self->weights, cancellable, error);
  if (program == NULL)
    return NULL;

  entry = g_new (Entry, 1);
  *entry = (Entry){ *size, program };
  g_queue_push_head (&self->programs, entry);
  if (self->programs.length > MAX_PROGRAMS)
    entry_free (g_queue_pop_tail (&self->programs));

  return program;
}
