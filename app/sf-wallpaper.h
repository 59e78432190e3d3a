/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Asks the desktop, through its portal, to make a picture file the wallpaper. The desktop shows
 * it first and lets the user decide; being asked is all that finishing tells. @owner: as in
 * g_task_new(). */
void sf_wallpaper_ask_async (gpointer owner, const char *path, GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean sf_wallpaper_ask_finish (GAsyncResult *result, GError **error);

G_END_DECLS
