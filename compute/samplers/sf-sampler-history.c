/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-sampler-history.h"

struct _SfSamplerHistory
{
  GPtrArray *arrays;
  guint newest;
};

SfSamplerHistory *
sf_sampler_history_new (guint n_kept, const SfArray *like)
{
  SfSamplerHistory *self = g_new0 (SfSamplerHistory, 1);

  self->arrays = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_array_unref);
  for (guint i = 0; i < n_kept; i++)
    g_ptr_array_add (self->arrays, sf_array_new (like->n_dims, like->dims));

  return self;
}

void
sf_sampler_history_free (SfSamplerHistory *self)
{
  g_ptr_array_unref (self->arrays);
  g_free (self);
}

SfArray *
sf_sampler_history_push (SfSamplerHistory *self)
{
  self->newest = (self->newest + 1) % self->arrays->len;

  return g_ptr_array_index (self->arrays, self->newest);
}

SfArray *
sf_sampler_history_get (const SfSamplerHistory *self, guint age)
{
  const guint n = self->arrays->len;

  g_assert (age < n);

  return g_ptr_array_index (self->arrays, (self->newest + n - age) % n);
}
