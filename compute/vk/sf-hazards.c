/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-hazards.h"

typedef struct
{
  SfRange range;
  gboolean written;
} Access;

struct _SfHazards
{
  GArray *accesses; /* Access */
};

SfHazards *
sf_hazards_new (void)
{
  SfHazards *self = g_new0 (SfHazards, 1);
  self->accesses = g_array_new (FALSE, FALSE, sizeof (Access));
  return self;
}

void
sf_hazards_free (SfHazards *self)
{
  g_array_unref (self->accesses);
  g_free (self);
}

void
sf_hazards_clear (SfHazards *self)
{
  g_array_set_size (self->accesses, 0);
}

static gboolean
overlaps (const SfRange *a, const SfRange *b)
{
  return a->buffer == b->buffer && a->offset < b->offset + b->n_bytes
         && b->offset < a->offset + a->n_bytes;
}

static gboolean
collides (SfHazards *self, const SfRange *range, gboolean written)
{
  for (guint i = 0; i < self->accesses->len; i++)
    {
      const Access *earlier = &g_array_index (self->accesses, Access, i);
      if ((written || earlier->written) && overlaps (&earlier->range, range))
        return TRUE;
    }
  return FALSE;
}

gboolean
sf_hazards_add (SfHazards *self, const SfRange *ranges, const gboolean *written, guint n_ranges)
{
  gboolean needs_barrier = FALSE;

  for (guint i = 0; i < n_ranges && !needs_barrier; i++)
    needs_barrier = collides (self, &ranges[i], written[i]);
  if (needs_barrier)
    sf_hazards_clear (self);
  for (guint i = 0; i < n_ranges; i++)
    {
      Access access = { ranges[i], written[i] };
      g_array_append_val (self->accesses, access);
    }
  return needs_barrier;
}
