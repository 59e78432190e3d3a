/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-request.h"

#include "engine/sf-request-field.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>

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
  self->rng = SF_NOISE_CPU;
  self->count = 1;
  self->clip_skip = 1;
  self->precision = SF_PRECISION_F16;
  self->preview = SF_PREVIEW_NONE;
  self->preview_every = 1;
  self->step_cache = 1;
  self->eta = -1.0;
  self->comma_backtracking = SF_PROMPT_COMMA_BACKTRACKING;
  self->metadata = TRUE;

  return self;
}

static gboolean
is_string (const SfRequestField *field)
{
  return field->kind == SF_FIELD_TEXT || field->kind == SF_FIELD_PATH
         || field->kind == SF_FIELD_CHOICE;
}

SfRequest *
sf_request_copy (const SfRequest *self)
{
  guint n_fields;
  const SfRequestField *fields = sf_request_list_fields (&n_fields);
  SfRequest *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  for (guint i = 0; i < n_fields; i++)
    if (is_string (&fields[i]))
      {
        char **member = G_STRUCT_MEMBER_P (copy, fields[i].offset);

        *member = g_strdup (*member);
      }
  copy->noise = self->noise != NULL ? sf_array_copy (self->noise) : NULL;
  copy->noise_sequence = self->noise_sequence != NULL ? sf_array_copy (self->noise_sequence) : NULL;

  return copy;
}

void
sf_request_free (SfRequest *self)
{
  guint n_fields;
  const SfRequestField *fields = sf_request_list_fields (&n_fields);

  if (self == NULL)
    return;

  for (guint i = 0; i < n_fields; i++)
    if (is_string (&fields[i]))
      g_free (G_STRUCT_MEMBER (char *, self, fields[i].offset));
  g_clear_pointer (&self->noise, sf_array_unref);
  g_clear_pointer (&self->noise_sequence, sf_array_unref);
  g_free (self);
}

static gboolean
check_size (const char *what, guint size, GError **error)
{
  if (size % SF_REQUEST_SIZE_MULTIPLE == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _ ("%s %u is not a multiple of %d from %d to %d pixels"), what, size,
               SF_REQUEST_SIZE_MULTIPLE, SF_REQUEST_SIZE_MULTIPLE, SF_REQUEST_MAX_SIZE);
  return FALSE;
}

gboolean
sf_request_validate (const SfRequest *self, GError **error)
{
  guint n_fields;
  const SfRequestField *fields = sf_request_list_fields (&n_fields);

  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < n_fields; i++)
    if (!sf_request_field_check (&fields[i], self, error))
      return FALSE;

  if (!check_size (_ ("width"), self->width, error)
      || !check_size (_ ("height"), self->height, error))
    return FALSE;

  if (MAX (self->seed, self->variation_seed) > (guint64) SF_REQUEST_MAX_SEED - (self->count - 1))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("the seeds of %u pictures from %" PRIu64 " on go beyond %" PRId64), self->count,
                 MAX (self->seed, self->variation_seed), SF_REQUEST_MAX_SEED);
  else if (self->noise != NULL && self->count != 1)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("given noise makes one picture, and %u were asked for"), self->count);
  else
    return TRUE;

  return FALSE;
}
