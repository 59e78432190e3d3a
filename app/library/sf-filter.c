/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-filter.h"

SfFilter *
sf_filter_copy (const SfFilter *self)
{
  SfFilter *copy = g_memdup2 (self, sizeof *self);

  copy->text = g_strdup (self->text);
  copy->model = g_strdup (self->model);
  copy->tag = g_strdup (self->tag);
  copy->collection = g_strdup (self->collection);
  return copy;
}

void
sf_filter_free (SfFilter *self)
{
  if (self == NULL)
    return;

  g_free (self->text);
  g_free (self->model);
  g_free (self->tag);
  g_free (self->collection);
  g_free (self);
}

gboolean
sf_filter_is_open (const SfFilter *self)
{
  return (self->text == NULL || *self->text == '\0') && !self->favourites && self->model == NULL
         && self->tag == NULL && self->collection == NULL && self->since == 0 && self->width == 0;
}
