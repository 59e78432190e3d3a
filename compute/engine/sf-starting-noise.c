/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-starting-noise.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

SfPictureSeeds
sf_starting_noise_get_seeds (const SfRequest *request, guint picture_index)
{
  SfPictureSeeds seeds = { request->seed, request->variation_seed };

  if (request->batch_noise == SF_BATCH_NOISE_SEPARATE)
    {
      if (request->variation_strength > 0.0)
        seeds.variation_seed += picture_index;
      else
        seeds.seed += picture_index;
    }

  return seeds;
}

static SfNoise *
open_source (const SfRequest *request, guint picture_index)
{
  const SfPictureSeeds seeds = sf_starting_noise_get_seeds (request, picture_index);
  SfPictureNoise noise = {
    .kind = request->rng,
    .seed = seeds.seed,
    .variation_seed = seeds.variation_seed,
    .variation_strength = request->variation_strength,
    .seed_delta = request->eta_noise_delta,
    .steps = request->step_noise,
  };

  if (request->batch_noise == SF_BATCH_NOISE_JOINT)
    {
      noise.batch_index = picture_index;
      noise.batch_count = request->count;
    }

  return sf_noise_new_picture (&noise);
}

static gboolean
take_given (const SfArray *noise, SfArray *x, GError **error)
{
  const guint extra = noise->n_dims == 4 && noise->dims[0] == 1 ? 1 : 0;

  if (noise->n_dims - extra != 3
      || memcmp (noise->dims + extra, x->dims + 1, 3 * sizeof (gsize)) != 0)
    {
      g_autofree char *shape = sf_array_describe_shape (noise);
      g_autofree char *wanted = sf_array_describe_shape (x);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("the given noise is %s, and the latent is %s"), shape, wanted);
      return FALSE;
    }

  memcpy (x->data, noise->data, x->n_values * sizeof (float));
  return TRUE;
}

SfNoise *
sf_starting_noise_make (const SfRequest *request, guint picture_index, SfArray *x, GError **error)
{
  g_autoptr (SfNoise) source = open_source (request, picture_index);

  /* Drawn even where it is given, so that what the generator makes later is the same. */
  if (!sf_noise_normal (source, x, error)
      || (request->noise != NULL && !take_given (request->noise, x, error)))
    return NULL;

  if (request->noise_sequence != NULL)
    return sf_noise_new_recorded (request->noise_sequence, error);

  return g_steal_pointer (&source);
}
