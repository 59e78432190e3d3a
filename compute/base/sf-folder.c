/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sf-folder.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

gboolean
sf_folder_make (const char *path, int mode, GError **error)
{
  if (g_mkdir_with_parents (path, mode) == 0)
    return TRUE;

  const int saved_errno = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno), _ ("make the folder %s: %s"),
               path, g_strerror (saved_errno));
  return FALSE;
}
