/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-buffer.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SfArena: the device memory that programs compute in, one after the other.
 *
 * A user binds to the memory and is told when it has to let go of it: when another needs more of it, or, where users
 * take turns, when another comes.
 */
typedef struct _SfArena SfArena;

/* Called with the user that must drop its references to the buffer. */
typedef void (*SfArenaEvictFunc) (gpointer user);

SfArena *sf_arena_new (SfDevice *device) G_GNUC_WARN_UNUSED_RESULT;
SfArena *sf_arena_ref (SfArena *self);
void sf_arena_unref (SfArena *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfArena, sf_arena_unref)

/* Whether only one user is bound at a time, so that what users hold besides does not add up. */
void sf_arena_set_turns (SfArena *self, gboolean turns);

/* Makes the memory of just this size, which evicts all users unless it is. 0 frees it. */
gboolean sf_arena_resize (SfArena *self, guint64 n_bytes, GError **error);

/* The memory, of @n_bytes at least. It stays the user's until it is evicted or unbinds. */
SfBuffer *sf_arena_bind (SfArena *self, guint64 n_bytes, SfArenaEvictFunc evict, gpointer user,
                         GError **error);
void sf_arena_unbind (SfArena *self, gpointer user);

G_END_DECLS
