/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The Trash of freedesktop.org's specification 1.0, and the way back out of it. Any thread. */

gboolean sf_trash_put (const char *path, GError **error);

/* Moves the file that was put into the Trash from @path last back to where it was. An error when
 * there is a file by now. */
gboolean sf_trash_restore (const char *path, GError **error);

G_END_DECLS
