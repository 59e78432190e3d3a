/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-noise.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "samplers/sf-brownian.h"

struct _SfNoise
{
  /* What was recorded, or NULL: generated. */
  SfArray *sequence;
  gsize n_taken;

  SfPictureNoise picture;
  SfGenerator generator;
  gboolean is_started;

  gboolean has_path;
  double path_least;
  double path_greatest;
};

const SfNamed *const *
sf_step_noise_list (void)
{
  static const SfNamed names[] = {
    [SF_STEP_NOISE_SAME] = { "same", "Same" },
    [SF_STEP_NOISE_CPU] = { "cpu", "CPU" },
    [SF_STEP_NOISE_PHILOX] = { "philox", "GPU" },
  };
  static const SfNamed *const list[] = { &names[0], &names[1], &names[2], NULL };

  return list;
}

SfNoise *
sf_noise_new_picture (const SfPictureNoise *picture)
{
  SfNoise *self;

  g_return_val_if_fail (picture->batch_count == 0 || picture->batch_index < picture->batch_count,
                        NULL);

  self = g_new0 (SfNoise, 1);
  self->picture = *picture;
  self->picture.batch_count = MAX (picture->batch_count, 1);
  sf_generator_seed (&self->generator, picture->kind, picture->seed);

  return self;
}

SfNoise *
sf_noise_new (SfNoiseKind kind, guint64 seed)
{
  return sf_noise_new_picture (&(SfPictureNoise){ .kind = kind, .seed = seed });
}

SfNoise *
sf_noise_new_recorded (SfArray *sequence, GError **error)
{
  SfNoise *self;

  g_return_val_if_fail (sequence != NULL, NULL);

  if (sequence->n_dims < 2)
    {
      g_autofree char *shape = sf_array_describe_shape (sequence);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("use an array of shape %s as noise sequence: its first extent must count the "
                      "noises and the others be those of a latent"),
                   shape);
      return NULL;
    }

  self = g_new0 (SfNoise, 1);
  self->sequence = sf_array_ref (sequence);

  return self;
}

void
sf_noise_free (SfNoise *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->sequence, sf_array_unref);
  g_free (self);
}

/* Whether a dims[0..n_dims) array and @out differ by leading extents of 1 only. */
static gboolean
same_shape (const gsize *dims, guint n_dims, const SfArray *out)
{
  const gsize *out_dims = out->dims;
  guint n_out_dims = out->n_dims;

  for (; n_dims > 0 && dims[0] == 1; n_dims--)
    dims++;
  for (; n_out_dims > 0 && out_dims[0] == 1; n_out_dims--)
    out_dims++;

  return n_dims == n_out_dims && memcmp (dims, out_dims, n_dims * sizeof *dims) == 0;
}

static gboolean
check_recorded (const SfNoise *self, const SfArray *like, guint n_requests, GError **error)
{
  const SfArray *sequence = self->sequence;

  if (!same_shape (sequence->dims + 1, sequence->n_dims - 1, like))
    {
      g_autofree char *held = sf_array_describe_shape (sequence);
      g_autofree char *wanted = sf_array_describe_shape (like);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("take noise of shape %s from a noise sequence of shape %s"), wanted, held);
      return FALSE;
    }

  if (n_requests > sequence->dims[0] - self->n_taken)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("take noise %zu from a noise sequence that holds %zu"),
                   self->n_taken + n_requests, sequence->dims[0]);
      return FALSE;
    }

  return TRUE;
}

gboolean
sf_noise_check (const SfNoise *self, const SfArray *like, guint n_requests, GError **error)
{
  g_return_val_if_fail (self != NULL && like != NULL, FALSE);

  return self->sequence == NULL || check_recorded (self, like, n_requests, error);
}

static gboolean
take_recorded (SfNoise *self, SfArray *out, GError **error)
{
  if (!check_recorded (self, out, 1, error))
    return FALSE;

  memcpy (out->data, self->sequence->data + self->n_taken * out->n_values,
          out->n_values * sizeof *out->data);
  self->n_taken++;
  return TRUE;
}

/* The picture's part of what one request for the whole batch gives. */
static float *
slice (const SfNoise *self, float *batch, const SfArray *out)
{
  return batch + self->picture.batch_index * out->n_values;
}

static void
generate (SfNoise *self, SfGenerator *generator, SfArray *out)
{
  const gsize n_values = out->n_values * self->picture.batch_count;
  g_autofree float *batch = NULL;

  if (n_values == out->n_values)
    {
      sf_generator_normal (generator, out->data, n_values);
      return;
    }

  batch = g_new (float, n_values);
  sf_generator_normal (generator, batch, n_values);
  memcpy (out->data, slice (self, batch, out), out->n_values * sizeof *out->data);
}

static SfNoiseKind
choose_step_kind (const SfPictureNoise *picture)
{
  switch (picture->steps)
    {
    case SF_STEP_NOISE_CPU:
      return SF_NOISE_CPU;
    case SF_STEP_NOISE_PHILOX:
      return SF_NOISE_PHILOX;
    case SF_STEP_NOISE_SAME:
      break;
    }

  return picture->kind;
}

static void
start (SfNoise *self, SfArray *out)
{
  const SfPictureNoise *picture = &self->picture;

  self->is_started = TRUE;
  generate (self, &self->generator, out);
  if (picture->variation_strength > 0.0)
    {
      g_autoptr (SfArray) variation = sf_array_new (out->n_dims, out->dims);
      SfGenerator generator;

      sf_generator_seed (&generator, picture->kind, picture->variation_seed);
      generate (self, &generator, variation);
      sf_noise_mix (out, variation, picture->variation_strength);
    }

  if (picture->seed_delta != 0 || picture->steps != SF_STEP_NOISE_SAME)
    sf_generator_seed (&self->generator, choose_step_kind (picture),
                       picture->seed + picture->seed_delta);
}

gboolean
sf_noise_normal (SfNoise *self, SfArray *out, GError **error)
{
  g_return_val_if_fail (self != NULL && out != NULL, FALSE);

  if (self->sequence != NULL)
    return take_recorded (self, out, error);

  if (self->is_started)
    generate (self, &self->generator, out);
  else
    start (self, out);
  return TRUE;
}

void
sf_noise_set_path (SfNoise *self, double least, double greatest)
{
  g_return_if_fail (self != NULL && least <= greatest);

  self->has_path = TRUE;
  self->path_least = least;
  self->path_greatest = greatest;
}

gboolean
sf_noise_normal_between (SfNoise *self, double sigma, double sigma_next, SfArray *out,
                         GError **error)
{
  const gsize n_values = out->n_values * MAX (self->picture.batch_count, 1);
  g_autofree float *batch = NULL;
  SfBrownian path;

  g_return_val_if_fail (self != NULL && out != NULL, FALSE);

  if (self->sequence != NULL || !self->has_path)
    return sf_noise_normal (self, out, error);

  batch = g_new (float, n_values);
  path = sf_brownian (self->picture.kind, self->picture.seed, n_values, self->path_least,
                      self->path_greatest);
  sf_brownian_normal (&path, sigma, sigma_next, batch);
  memcpy (out->data, slice (self, batch, out), out->n_values * sizeof *out->data);
  return TRUE;
}
