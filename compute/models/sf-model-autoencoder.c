/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between latents and pictures: the VAE and the tiny autoencoder of a model. */

#include "graph/sf-strips.h"
#include "models/sf-model-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static gboolean
is_finite (const SfArray *array)
{
  for (gsize i = 0; i < array->n_values; i++)
    if (!isfinite (array->data[i]))
      return FALSE;

  return TRUE;
}

static SfPartSize
get_size (SfPart part, const SfArray *array)
{
  return (SfPartSize){
    .part = part,
    .batch = (guint) array->dims[0],
    .height = (guint) array->dims[2],
    .width = (guint) array->dims[3],
  };
}

/* One pass of a network with one input and one output, both pictures. */
static SfArray *
run_pictures (SfModel *self, SfProgramCache *programs, const SfPartSize *size, const char *input,
              const SfArray *values, const char *output, GCancellable *cancellable, GError **error)
{
  SfProgram *program;

  sf_model_begin_turn (self, size->part);
  program = sf_program_cache_get (programs, size, cancellable, error);
  if (program == NULL || !sf_program_set_nchw (program, input, values->data, error)
      || !sf_program_run (program, cancellable, error))
    return NULL;

  return sf_program_get_nchw (program, output, error);
}

/* The same in strips, one picture of the batch after the other. */
static SfArray *
run_strips (SfModel *self, SfProgramCache *programs, const SfPartSize *size, const char *input,
            const SfArray *values, const char *output, GCancellable *cancellable, GError **error)
{
  const SfProgramPlace place = sf_program_cache_get_place (programs, size->part);
  const gsize n_values = values->n_values / values->dims[0];
  const SfPartSize one = { size->part, 1, size->height, size->width };
  g_autoptr (SfGraph) graph = sf_model_config_build (&self->config, &one, place.kernels->format);
  g_autoptr (SfArray) picture = sf_array (1, values->dims[1], values->dims[2], values->dims[3]);
  g_autoptr (SfArray) results = NULL;

  sf_model_begin_turn (self, size->part);
  for (gsize i = 0; i < values->dims[0]; i++)
    {
      g_autoptr (SfArray) result = NULL;

      memcpy (picture->data, values->data + i * n_values, n_values * sizeof (float));
      result = sf_strips_run (graph, &place, input, picture, output, SF_STRIPS_BYTES, cancellable,
                              error);
      if (result == NULL)
        return NULL;
      if (results == NULL)
        results = sf_array (values->dims[0], result->dims[1], result->dims[2], result->dims[3]);
      memcpy (results->data + i * result->n_values, result->data,
              result->n_values * sizeof (float));
    }

  return g_steal_pointer (&results);
}

static gboolean
must_tile (SfModel *self, SfProgramCache *programs, const SfPartSize *size)
{
  const SfKernels *kernels = sf_program_cache_get_kernels (programs);
  const guint64 available = sf_device_get_available_bytes (self->device);
  g_autoptr (SfGraph) graph = NULL;
  g_autoptr (SfPlan) plan = NULL;

  if (sf_program_cache_has (programs, size))
    return FALSE;

  graph = sf_model_config_build (&self->config, size, kernels->format);
  if (!sf_graph_check (graph, NULL))
    return FALSE;
  plan = sf_plan_new (graph, kernels);
  return !sf_plan_is_possible (plan, kernels) || plan->arena_bytes > available;
}

gboolean
sf_model_tiles (SfModel *self, const SfPartSize *size, SfTiling tiling)
{
  return tiling == SF_TILING_ON
         || (tiling == SF_TILING_AUTO
             && must_tile (self, self->wide_programs != NULL ? self->wide_programs : self->programs,
                           size));
}

static SfArray *
run_tiled_or_whole (SfModel *self, SfProgramCache *programs, const SfPartSize *size,
                    const char *input, const SfArray *values, const char *output, SfTiling tiling,
                    SfVaeReport *report, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) whole_error = NULL;
  SfArray *result;

  report->tiled = sf_model_tiles (self, size, tiling);
  if (!report->tiled)
    {
      result = run_pictures (self, programs, size, input, values, output, cancellable,
                             &whole_error);
      report->tiled = tiling == SF_TILING_AUTO
                      && g_error_matches (whole_error, SF_VK_ERROR, SF_VK_ERROR_OUT_OF_MEMORY);
      if (!report->tiled)
        {
          if (result == NULL)
            g_propagate_error (error, g_steal_pointer (&whole_error));
          return result;
        }
    }

  return run_strips (self, programs, size, input, values, output, cancellable, error);
}

static SfProgramCache *
make_wide_programs (SfModel *self)
{
  const SfKernels kernels = sf_kernels_choose (self->device, SF_FORMAT_F32);
  SfProgramCache *programs = sf_program_cache_new (self->arena, &kernels, &self->config,
                                                   self->checkpoint);

  sf_program_cache_allow (programs, sf_program_cache_get_allowances (self->programs));

  return programs;
}

/* Runs a half of the VAE. Values that f16 cannot hold come out as no numbers: then it runs again in f32. */
static SfArray *
run_vae (SfModel *self, const SfPartSize *size, const char *input, const SfArray *values,
         const char *output, SfTiling tiling, SfVaeReport *report, GCancellable *cancellable,
         GError **error)
{
  const gboolean is_half = sf_program_cache_get_kernels (self->programs)->format == SF_FORMAT_F16;
  SfArray *result;

  if (self->wide_programs == NULL)
    {
      result = run_tiled_or_whole (self, self->programs, size, input, values, output, tiling,
                                   report, cancellable, error);
      if (result == NULL || !is_half || is_finite (result) || !is_finite (values))
        return result;

      sf_array_unref (result);
      self->wide_programs = make_wide_programs (self);
    }

  report->widened = TRUE;
  return run_tiled_or_whole (self, self->wide_programs, size, input, values, output, tiling, report,
                             cancellable, error);
}

SfArray *
sf_model_decode (SfModel *self, const SfArray *latent, SfTiling tiling, SfVaeReport *report,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr (SfArray) unscaled = NULL;
  SfVaeReport unasked;
  SfPartSize size;

  if (report == NULL)
    report = &unasked;
  *report = (SfVaeReport){ FALSE };
  if (!sf_model_config_check_part (&self->config, SF_PART_VAE_DECODER, error)
      || !sf_model_check_shape (latent, _ ("latent"), 4, 1, self->config.vae.latent_channels,
                                error))
    return NULL;

  unscaled = sf_array_copy (latent);
  for (gsize i = 0; i < unscaled->n_values; i++)
    unscaled->data[i] /= self->config.latent_scale;

  size = get_size (SF_PART_VAE_DECODER, latent);
  return run_vae (self, &size, "latent", unscaled, "image", tiling, report, cancellable, error);
}

SfArray *
sf_model_encode (SfModel *self, const SfArray *image, SfTiling tiling, SfVaeReport *report,
                 GCancellable *cancellable, GError **error)
{
  const SfVaeConfig *vae = &self->config.vae;
  SfVaeReport unasked;
  SfPartSize size;

  if (report == NULL)
    report = &unasked;
  *report = (SfVaeReport){ FALSE };
  if (!sf_model_config_check_part (&self->config, SF_PART_VAE_ENCODER, error)
      || !sf_model_check_shape (image, _ ("image"), 4, 1, vae->image_channels, error)
      || !sf_model_check_multiples (image, _ ("image"), vae->size_factor, error))
    return NULL;

  size = get_size (SF_PART_VAE_ENCODER, image);
  return run_vae (self, &size, "image", image, "moments", tiling, report, cancellable, error);
}

SfArray *
sf_model_decode_tiny (SfModel *self, const SfArray *latent, GCancellable *cancellable,
                      GError **error)
{
  SfPartSize size;

  if (!sf_model_config_check_part (&self->config, SF_PART_TAESD_DECODER, error)
      || !sf_model_check_shape (latent, _ ("latent"), 4, 1, self->config.taesd.latent_channels,
                                error))
    return NULL;

  size = get_size (SF_PART_TAESD_DECODER, latent);
  return run_pictures (self, self->programs, &size, "latent", latent, "image", cancellable, error);
}

SfArray *
sf_model_encode_tiny (SfModel *self, const SfArray *image, GCancellable *cancellable,
                      GError **error)
{
  const SfTaesdConfig *taesd = &self->config.taesd;
  SfPartSize size;

  if (!sf_model_config_check_part (&self->config, SF_PART_TAESD_ENCODER, error)
      || !sf_model_check_shape (image, _ ("image"), 4, 1, taesd->image_channels, error)
      || !sf_model_check_multiples (image, _ ("image"), taesd->size_factor, error))
    return NULL;

  size = get_size (SF_PART_TAESD_ENCODER, image);
  return run_pictures (self, self->programs, &size, "image", image, "latent", cancellable, error);
}
