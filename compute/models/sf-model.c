/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-model.h"

/* Enough for text, UNet with and without guidance, and the decoder at two sizes. */
#define MAX_PROGRAMS 6

typedef struct
{
  SfPartSize size;
  SfProgram *program;
} Entry;

struct _SfModel
{
  SfDevice *device;
  SfCheckpoint *checkpoint;
  SfModelConfig config;
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

SfModel *
sf_model_open (SfDevice *device, const char *path, SfFormat format, GError **error)
{
  g_autoptr (SfCheckpoint) checkpoint = sf_checkpoint_open (path, error);
  SfModelConfig config;
  SfModel *self;

  if (checkpoint == NULL || !sf_model_config_read (&config, checkpoint, error))
    return NULL;

  self = g_new0 (SfModel, 1);
  self->device = sf_device_ref (device);
  self->config = config;
  self->kernels = sf_kernels_choose (device, format);
  self->checkpoint = g_steal_pointer (&checkpoint);
  self->weights = sf_weights_new (&self->kernels, &(SfWeightSource){ sf_model_config_read_weight,
                                                                     self->checkpoint });

  return self;
}

void
sf_model_free (SfModel *self)
{
  g_queue_clear_full (&self->programs, entry_free);
  sf_weights_free (self->weights);
  sf_checkpoint_unref (self->checkpoint);
  sf_device_unref (self->device);
  g_free (self);
}

const SfModelConfig *
sf_model_get_config (SfModel *self)
{
  return &self->config;
}

static gboolean
sizes_equal (const SfPartSize *a, const SfPartSize *b)
{
  return a->part == b->part && a->batch == b->batch && a->height == b->height
         && a->width == b->width && a->tokens == b->tokens && a->clip_skip == b->clip_skip;
}

SfProgram *
sf_model_get_program (SfModel *self, const SfPartSize *size, GCancellable *cancellable,
                      GError **error)
{
  SfProgram *program;
  Entry *entry;

  for (GList *link = self->programs.head; link != NULL; link = link->next)
    {
      entry = link->data;
      if (sizes_equal (&entry->size, size))
        {
          g_queue_unlink (&self->programs, link);
          g_queue_push_head_link (&self->programs, link);
          return entry->program;
        }
    }

  program = sf_program_new (sf_model_config_build (&self->config, size, self->kernels.format),
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

SfArray *
sf_model_encode_text (SfModel *self, const gint32 *ids, guint n_prompts, guint clip_skip,
                      GCancellable *cancellable, GError **error)
{
  const SfPartSize size = {
    .part = SF_PART_TEXT,
    .batch = n_prompts,
    .tokens = self->config.clip.positions,
    .clip_skip = clip_skip,
  };
  SfProgram *program;

  if (clip_skip < 1 || clip_skip > self->config.clip.layers)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "clip skip %u is not from 1 to %u, the layers of this model's text encoder",
                   clip_skip, self->config.clip.layers);
      return NULL;
    }

  program = sf_model_get_program (self, &size, cancellable, error);
  if (program == NULL || !sf_program_set_ids (program, "ids", ids, error)
      || !sf_program_run (program, cancellable, error))
    return NULL;

  return sf_program_get_rows (program, "context", error);
}

static gboolean
check_shape (const SfArray *array, const char *what, guint n_dims, guint dim, gsize extent,
             GError **error)
{
  g_autofree char *shape = NULL;

  if (array->n_dims == n_dims && array->n_values > 0 && (extent == 0 || array->dims[dim] == extent))
    return TRUE;

  shape = sf_array_describe_shape (array);
  if (array->n_dims != n_dims || array->n_values == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "the %s has the shape %s and should have %u dimensions", what, shape, n_dims);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "the %s has the shape %s, and this model wants %" G_GSIZE_FORMAT " in place %u",
                 what, shape, extent, dim + 1);
  return FALSE;
}

static gboolean
check_multiples (const SfArray *array, const char *what, guint multiple, GError **error)
{
  if (array->dims[2] % multiple == 0 && array->dims[3] % multiple == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "the %s is %" G_GSIZE_FORMAT "×%" G_GSIZE_FORMAT
               ", and this model wants multiples of %u",
               what, array->dims[3], array->dims[2], multiple);
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

SfArray *
sf_model_run_unet (SfModel *self, const SfArray *latent, const double *timesteps,
                   const SfArray *context, GCancellable *cancellable, GError **error)
{
  const SfUnetConfig *unet = &self->config.unet;
  SfPartSize size = { .part = SF_PART_UNET };
  SfProgram *program;

  if (!check_shape (latent, "latent", 4, 1, unet->in_channels, error)
      || !check_multiples (latent, "latent", unet->size_multiple, error)
      || !check_shape (context, "context", 3, 2, unet->context_width, error)
      || !check_shape (context, "context", 3, 0, latent->dims[0], error))
    return NULL;

  size.batch = (guint) latent->dims[0];
  size.height = (guint) latent->dims[2];
  size.width = (guint) latent->dims[3];
  size.tokens = (guint) context->dims[1];
  program = sf_model_get_program (self, &size, cancellable, error);

  if (program == NULL || !sf_program_set_nchw (program, "latent", latent->data, error)
      || !sf_program_set_rows (program, "context", context->data, error)
      || !set_timesteps (program, unet->model_channels, timesteps, size.batch, error)
      || !sf_program_run (program, cancellable, error))
    return NULL;

  return sf_program_get_nchw (program, "prediction", error);
}

SfArray *
sf_model_decode (SfModel *self, const SfArray *latent, GCancellable *cancellable, GError **error)
{
  g_autoptr (SfArray) unscaled = NULL;
  SfPartSize size = { .part = SF_PART_VAE_DECODER };
  SfProgram *program;

  if (!check_shape (latent, "latent", 4, 1, self->config.vae.latent_channels, error))
    return NULL;

  unscaled = sf_array_copy (latent);
  for (gsize i = 0; i < unscaled->n_values; i++)
    unscaled->data[i] /= self->config.latent_scale;

  size.batch = (guint) latent->dims[0];
  size.height = (guint) latent->dims[2];
  size.width = (guint) latent->dims[3];
  program = sf_model_get_program (self, &size, cancellable, error);

  if (program == NULL || !sf_program_set_nchw (program, "latent", unscaled->data, error)
      || !sf_program_run (program, cancellable, error))
    return NULL;

  return sf_program_get_nchw (program, "image", error);
}

SfArray *
sf_model_encode (SfModel *self, const SfArray *image, GCancellable *cancellable, GError **error)
{
  const SfVaeConfig *vae = &self->config.vae;
  SfPartSize size = { .part = SF_PART_VAE_ENCODER };
  SfProgram *program;

  if (!vae->has_encoder)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "this model has no VAE encoder");
      return NULL;
    }
  if (!check_shape (image, "image", 4, 1, vae->image_channels, error)
      || !check_multiples (image, "image", vae->size_factor, error))
    return NULL;

  size.batch = (guint) image->dims[0];
  size.height = (guint) image->dims[2];
  size.width = (guint) image->dims[3];
  program = sf_model_get_program (self, &size, cancellable, error);

  if (program == NULL || !sf_program_set_nchw (program, "image", image->data, error)
      || !sf_program_run (program, cancellable, error))
    return NULL;

  return sf_program_get_nchw (program, "moments", error);
}
