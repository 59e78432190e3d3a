/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Makes a folder and those above it where they are not there, with these permissions less the umask; otherwise an error
 * that names it. */
gboolean sf_folder_make (const char *path, int mode, GError **error);

G_END_DECLS
