/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "graph/sf-arena.h"

typedef struct
{
  SfArenaEvictFunc evict;
  gpointer user;
} User;

struct _SfArena
{
  SfDevice *device;
  SfBuffer *buffer;
  gboolean turns;
  GArray *users; /* User */
};

SfArena *
sf_arena_new (SfDevice *device)
{
  SfArena *self = g_rc_box_new0 (SfArena);

  self->device = sf_device_ref (device);
  self->users = g_array_new (FALSE, FALSE, sizeof (User));

  return self;
}

SfArena *
sf_arena_ref (SfArena *self)
{
  return g_rc_box_acquire (self);
}

static void
arena_clear (gpointer data)
{
  SfArena *self = data;

  g_assert (self->users->len == 0);
  g_array_unref (self->users);
  g_clear_pointer (&self->buffer, sf_buffer_unref);
  sf_device_unref (self->device);
}

void
sf_arena_unref (SfArena *self)
{
  g_rc_box_release_full (self, arena_clear);
}

void
sf_arena_set_turns (SfArena *self, gboolean turns)
{
  self->turns = turns;
}

static void
evict_users (SfArena *self)
{
  for (guint i = self->users->len; i > 0; i--)
    {
      const User user = g_array_index (self->users, User, i - 1);

      g_array_remove_index (self->users, i - 1);
      user.evict (user.user);
    }
}

gboolean
sf_arena_resize (SfArena *self, guint64 n_bytes, GError **error)
{
  if (n_bytes == (self->buffer != NULL ? sf_buffer_get_bytes (self->buffer) : 0))
    return TRUE;

  /* The old one first: there may be no room for two. */
  evict_users (self);
  g_clear_pointer (&self->buffer, sf_buffer_unref);
  if (n_bytes > 0)
    self->buffer = sf_buffer_new (self->device, n_bytes, "what the networks compute with", error);

  return n_bytes == 0 || self->buffer != NULL;
}

SfBuffer *
sf_arena_bind (SfArena *self, guint64 n_bytes, SfArenaEvictFunc evict, gpointer user,
               GError **error)
{
  const User bound = { evict, user };

  sf_arena_unbind (self, user);
  if (self->turns)
    evict_users (self);
  if ((self->buffer == NULL || sf_buffer_get_bytes (self->buffer) < n_bytes)
      && !sf_arena_resize (self, n_bytes, error))
    return NULL;

  g_array_append_val (self->users, bound);
  return self->buffer;
}

void
sf_arena_unbind (SfArena *self, gpointer user)
{
  for (guint i = 0; i < self->users->len; i++)
    if (g_array_index (self->users, User, i).user == user)
      {
        g_array_remove_index (self->users, i);
        return;
      }
}
