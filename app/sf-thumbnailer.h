/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

#define SF_TYPE_THUMBNAILER (sf_thumbnailer_get_type ())
G_DECLARE_FINAL_TYPE (SfThumbnailer, sf_thumbnailer, SF, THUMBNAILER, GObject)

/**
 * SfThumbnailer: small forms of picture files.
 *
 * They are shared with other programs as freedesktop.org's thumbnail standard 0.9 says; a picture that is no larger than its
 * thumbnail needs none. Made on threads, what was asked for last first. The most recently used ones are kept in memory, up to a
 * limit in bytes. On the main thread.
 */
SfThumbnailer *sf_thumbnailer_new (gsize limit_bytes) G_GNUC_WARN_UNUSED_RESULT;

/* What is in memory, or NULL. @modified: of the file, microseconds since the epoch. @size: pixels that it is shown at. */
GdkTexture *sf_thumbnailer_peek (SfThumbnailer *self, const char *path, gint64 modified, int size);

void sf_thumbnailer_load_async (SfThumbnailer *self, const char *path, gint64 modified, int size,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
GdkTexture *sf_thumbnailer_load_finish (SfThumbnailer *self, GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

gsize sf_thumbnailer_get_bytes (SfThumbnailer *self);

G_END_DECLS
