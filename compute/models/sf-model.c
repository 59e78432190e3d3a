/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-model-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Beyond every vocabulary: the row is taken from the vectors. */
#define VECTOR_ID (-1)

SfModel *
sf_model_open (SfDevice *device, SfCheckpoint *checkpoint, SfFormat format, GError **error)
{
  const SfKernels kernels = sf_kernels_choose (device, format);
  SfModelConfig config;
  SfModel *self;

  if (!sf_model_config_read (&config, checkpoint, error))
    return NULL;

  self = g_new0 (SfModel, 1);
  self->device = sf_device_ref (device);
  self->config = config;
  self->checkpoint = sf_checkpoint_ref (checkpoint);
  self->arena = sf_arena_new (device);
  self->programs = sf_program_cache_new (self->arena, &kernels, &self->config, self->checkpoint);

  return self;
}

void
sf_model_free (SfModel *self)
{
  sf_program_cache_free (self->programs);
  g_clear_pointer (&self->wide_programs, sf_program_cache_free);
  sf_arena_unref (self->arena);
  sf_checkpoint_unref (self->checkpoint);
  sf_device_unref (self->device);
  g_free (self);
}

const SfModelConfig *
sf_model_get_config (SfModel *self)
{
  return &self->config;
}

char *
sf_model_describe_kernels (SfModel *self)
{
  return sf_kernels_describe (sf_program_cache_get_kernels (self->programs));
}

SfProgram *
sf_model_get_program (SfModel *self, const SfPartSize *size, GCancellable *cancellable,
                      GError **error)
{
  if (!sf_model_config_check_part (&self->config, size->part, error))
    return NULL;

  sf_model_begin_turn (self, size->part);
  return sf_program_cache_get (self->programs, size, cancellable, error);
}

static gboolean
check_text (const SfClipConfig *clip, const SfTextInput *input, GError **error)
{
  const gsize n_ids = (gsize) input->n_prompts * clip->positions;

  if (input->clip_skip < 1 || input->clip_skip > clip->layers)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("clip skip %u is not from 1 to %u, the layers of this model's text encoder"),
                   input->clip_skip, clip->layers);
      return FALSE;
    }
  for (gsize i = 0; i < n_ids; i++)
    if (input->ids[i] < 0 || (guint) input->ids[i] >= clip->vocabulary)
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                     _ ("the token %d is none of the %u that this model's text encoder knows"),
                     input->ids[i], clip->vocabulary);
        return FALSE;
      }
  for (guint i = 0; i < input->n_vectors; i++)
    if (input->vectors[i].prompt >= input->n_prompts
        || input->vectors[i].position >= clip->positions)
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                     _ ("there is no token %u in prompt %u for a vector to replace"),
                     input->vectors[i].position, input->vectors[i].prompt);
        return FALSE;
      }

  return TRUE;
}

/* Sets both inputs of the text encoder. */
static gboolean
set_text (SfProgram *program, const SfClipConfig *clip, const SfTextInput *input, GError **error)
{
  const gsize n_ids = (gsize) input->n_prompts * clip->positions;
  g_autofree gint32 *ids = NULL;
  g_autofree float *vectors = NULL;

  if (input->n_vectors == 0)
    return sf_program_set_ids (program, "ids", input->ids, error);

  ids = g_memdup2 (input->ids, n_ids * sizeof *ids);
  vectors = g_new0 (float, n_ids * clip->width);
  for (guint i = 0; i < input->n_vectors; i++)
    {
      const SfTokenVector *vector = &input->vectors[i];
      const gsize at = (gsize) vector->prompt * clip->positions + vector->position;

      ids[at] = VECTOR_ID;
      memcpy (vectors + at * clip->width, vector->vector, clip->width * sizeof (float));
    }

  return sf_program_set_ids (program, "ids", ids, error)
         && sf_program_set_rows (program, "vectors", vectors, error);
}

SfArray *
sf_model_encode_text (SfModel *self, const SfTextInput *input, GCancellable *cancellable,
                      GError **error)
{
  const SfClipConfig *clip = &self->config.clip;
  const SfPartSize size = {
    .part = SF_PART_TEXT,
    .batch = input->n_prompts,
    .tokens = clip->positions,
    .clip_skip = input->clip_skip,
  };
  SfProgram *program;

  if (!sf_model_config_check_part (&self->config, SF_PART_TEXT, error)
      || !check_text (clip, input, error))
    return NULL;

  program = sf_model_get_program (self, &size, cancellable, error);
  if (program == NULL || !set_text (program, clip, input, error)
      || !sf_program_run (program, cancellable, error))
    return NULL;

  return sf_program_get_rows (program, "context", error);
}

gboolean
sf_model_check_shape (const SfArray *array, const char *what, guint n_dims, guint dim, gsize extent,
                      GError **error)
{
  g_autofree char *shape = NULL;

  if (array->n_dims == n_dims && array->n_values > 0 && array->dims[dim] == extent)
    return TRUE;

  shape = sf_array_describe_shape (array);
  if (array->n_dims != n_dims || array->n_values == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("the %s has the shape %s and should have %u dimensions"), what, shape, n_dims);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("the %s has the shape %s, and this model wants %zu in place %u"), what, shape,
                 extent, dim + 1);
  return FALSE;
}

gboolean
sf_model_check_multiples (const SfArray *array, const char *what, guint multiple, GError **error)
{
  if (array->dims[2] % multiple == 0 && array->dims[3] % multiple == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _ ("the %s is %zu×%zu, and this model wants multiples of %u"), what, array->dims[3],
               array->dims[2], multiple);
  return FALSE;
}

static gboolean
set_timesteps (SfProgram *program, guint channels, const double *timesteps, guint batch,
               GError **error)
{
  g_autofree float *embeddings = g_new (float, (gsize) batch *channels);

  for (guint i = 0; i < batch; i++)
    sf_unet_embed_timestep (timesteps[i], channels, embeddings + (gsize) i * channels);

  return sf_program_set_rows (program, "time", embeddings, error);
}

/* Runs a program with what *@deep remembers, or remembers it; @deep may be NULL. */
static gboolean
run_with_memory (SfProgram *program, gpointer *deep, GCancellable *cancellable, GError **error)
{
  if (deep != NULL && *deep != NULL)
    return sf_program_set_stored (program, "deep", *deep, error)
           && sf_program_run (program, cancellable, error);

  if (!sf_program_run (program, cancellable, error))
    return FALSE;
  return deep == NULL || (*deep = sf_program_dup_stored (program, "deep", error)) != NULL;
}

SfArray *
sf_model_run_unet_with_memory (SfModel *self, const SfArray *latent, const double *timesteps,
                               const SfArray *context, gpointer *deep, GCancellable *cancellable,
                               GError **error)
{
  const SfUnetConfig *unet = &self->config.unet;
  SfPartSize size = { .part = SF_PART_UNET };
  SfProgram *program;

  if (!sf_model_config_check_part (&self->config, SF_PART_UNET, error)
      || !sf_model_check_shape (latent, _ ("latent"), 4, 1, unet->in_channels, error)
      || !sf_model_check_multiples (latent, _ ("latent"), unet->size_multiple, error)
      || !sf_model_check_shape (context, _ ("context"), 3, 2, unet->context_width, error)
      || !sf_model_check_shape (context, _ ("context"), 3, 0, latent->dims[0], error))
    return NULL;

  size.batch = (guint) latent->dims[0];
  size.height = (guint) latent->dims[2];
  size.width = (guint) latent->dims[3];
  size.tokens = (guint) context->dims[1];
  if (deep != NULL)
    size.unet_blocks = *deep != NULL ? SF_UNET_OUTER : SF_UNET_ALL_AND_KEEP;
  program = sf_model_get_program (self, &size, cancellable, error);

  if (program == NULL || !sf_program_set_nchw (program, "latent", latent->data, error)
      || !sf_program_set_rows (program, "context", context->data, error)
      || !set_timesteps (program, unet->model_channels, timesteps, size.batch, error)
      || !run_with_memory (program, deep, cancellable, error))
    return NULL;

  return sf_program_get_nchw (program, "prediction", error);
}

SfArray *
sf_model_run_unet (SfModel *self, const SfArray *latent, const double *timesteps,
                   const SfArray *context, GCancellable *cancellable, GError **error)
{
  return sf_model_run_unet_with_memory (self, latent, timesteps, context, NULL, cancellable, error);
}

gboolean
sf_model_estimate (SfModel *self, const SfPartSize *size, SfCost *cost, GError **error)
{
  const SfKernels *kernels = sf_program_cache_get_kernels (self->programs);
  g_autoptr (SfGraph) graph = sf_model_config_build (&self->config, size, kernels->format);

  return sf_cost_estimate (cost, graph, kernels, error);
}

gboolean
sf_model_plan_memory (SfModel *self, const SfMemoryWish *wish, SfMemoryPlan *plan, GError **error)
{
  return sf_memory_plan_make (plan, &self->config, sf_program_cache_get_kernels (self->programs),
                              wish, error);
}

gboolean
sf_model_use_memory (SfModel *self, const SfMemoryPlan *plan, GError **error)
{
  self->turns = plan->mode != SF_MEMORY_NORMAL;
  sf_arena_set_turns (self->arena, self->turns);
  if (self->turns && !sf_arena_resize (self->arena, 0, error))
    return FALSE;
  sf_program_cache_allow (self->programs, plan->allowances);
  if (self->wide_programs != NULL)
    sf_program_cache_allow (self->wide_programs, plan->allowances);

  return self->turns || sf_arena_resize (self->arena, plan->arena_bytes, error);
}

void
sf_model_free_memory (SfModel *self)
{
  sf_arena_resize (self->arena, 0, NULL);
  sf_program_cache_free_weights (self->programs);
  if (self->wide_programs != NULL)
    sf_program_cache_free_weights (self->wide_programs);
}

void
sf_model_begin_turn (SfModel *self, SfPart part)
{
  if (self->turns && self->part != part)
    sf_model_free_memory (self);
  self->part = part;
}
