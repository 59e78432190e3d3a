/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-request.h"

#include "samplers/sf-sampler.h"
#include "samplers/sf-schedule.h"

#include <gio/gio.h>

SfRequest *
sf_request_new (void)
{
  SfRequest *self = g_new0 (SfRequest, 1);

  self->prompt = g_strdup ("");
  self->negative_prompt = g_strdup ("");
  self->steps = 20;
  self->guidance = 7.0;
  self->sampler = g_strdup ("euler_a");
  self->schedule = g_strdup ("default");
  self->rng = SF_RNG_CPU;
  self->count = 1;
  self->clip_skip = 1;
  self->precision = SF_PRECISION_F16;
  self->timesteps = SF_TIMESTEPS_CONTINUOUS;
  self->preview = SF_PREVIEW_NONE;
  self->preview_every = 1;

  return self;
}

SfRequest *
sf_request_copy (const SfRequest *self)
{
  SfRequest *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->model = g_strdup (self->model);
  copy->prompt = g_strdup (self->prompt);
  copy->negative_prompt = g_strdup (self->negative_prompt);
  copy->sampler = g_strdup (self->sampler);
  copy->schedule = g_strdup (self->schedule);
  copy->noise = self->noise != NULL ? sf_array_copy (self->noise) : NULL;
  copy->noise_sequence = self->noise_sequence != NULL ? sf_array_copy (self->noise_sequence) : NULL;

  return copy;
}

void
sf_request_free (SfRequest *self)
{
  if (self == NULL)
    return;

  g_free (self->model);
  g_free (self->prompt);
  g_free (self->negative_prompt);
  g_free (self->sampler);
  g_free (self->schedule);
  g_clear_pointer (&self->noise, sf_array_unref);
  g_clear_pointer (&self->noise_sequence, sf_array_unref);
  g_free (self);
}

static gboolean
check_size (const char *what, guint size, GError **error)
{
  if (size == 0 || (size % SF_REQUEST_SIZE_MULTIPLE == 0 && size <= SF_REQUEST_MAX_SIZE))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "%s %u is not a multiple of %d from %d to %d pixels", what, size,
               SF_REQUEST_SIZE_MULTIPLE, SF_REQUEST_SIZE_MULTIPLE, SF_REQUEST_MAX_SIZE);
  return FALSE;
}

static gboolean
check_range (const char *what, guint value, guint least, guint most, GError **error)
{
  if (value >= least && value <= most)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s %u is not from %u to %u", what,
               value, least, most);
  return FALSE;
}

static gboolean
check_guidance (double guidance, GError **error)
{
  if (guidance >= 0.0 && guidance <= SF_REQUEST_MAX_GUIDANCE)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "guidance %g is not from 0 to %g",
               guidance, SF_REQUEST_MAX_GUIDANCE);
  return FALSE;
}

static gboolean
check_text (const char *what, const char *text, GError **error)
{
  if (text == NULL || g_utf8_validate (text, -1, NULL))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "the %s is not valid UTF-8", what);
  return FALSE;
}

/* The names that validation looks up must be there. */
static const char *
or_empty (const char *name)
{
  return name != NULL ? name : "";
}

gboolean
sf_request_validate (const SfRequest *self, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (!check_text ("prompt", self->prompt, error)
      || !check_text ("negative prompt", self->negative_prompt, error)
      || !check_size ("width", self->width, error) || !check_size ("height", self->height, error)
      || !check_range ("the number of steps", self->steps, 1, SF_REQUEST_MAX_STEPS, error)
      || !check_guidance (self->guidance, error)
      || sf_sampler_from_name (or_empty (self->sampler), error) == NULL
      || sf_schedule_kind_from_name (or_empty (self->schedule), error) == NULL
      || !check_range ("the number of pictures", self->count, 1, SF_REQUEST_MAX_COUNT, error)
      || !check_range ("clip skip", self->clip_skip, 1, SF_REQUEST_MAX_CLIP_SKIP, error)
      || !check_range ("the number of steps between previews", self->preview_every, 1,
                       SF_REQUEST_MAX_STEPS, error))
    return FALSE;

  if (self->seed > (guint64) SF_REQUEST_MAX_SEED - (self->count - 1))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "the seed %" G_GUINT64_FORMAT " is beyond %" G_GINT64_FORMAT, self->seed,
                 SF_REQUEST_MAX_SEED);
  else if (self->noise != NULL && self->count != 1)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "given noise makes one picture, and %u were asked for", self->count);
  else
    return TRUE;

  return FALSE;
}
