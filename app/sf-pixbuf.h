/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-painting.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

G_BEGIN_DECLS

/* Picture files of any kind that GdkPixbuf reads. Any thread, but for the asynchronous form. */

/* At most @size pixels wide and high, and never enlarged; whole for 0. Refuses what is too large for memory. */
GdkPixbuf *sf_pixbuf_load (const char *path, int size, GError **error) G_GNUC_WARN_UNUSED_RESULT;

GdkTexture *sf_pixbuf_make_texture (GdkPixbuf *pixbuf) G_GNUC_WARN_UNUSED_RESULT;

/* The picture in a file as a finished painting. @infotext: how it was made, may be ""; NULL: as the file tells. */
void sf_pixbuf_load_painting_async (const char *path, const char *infotext,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
SfPainting *sf_pixbuf_load_painting_finish (GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
