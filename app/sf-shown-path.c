/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-shown-path.h"

#include <string.h>

char *
sf_shown_path (const char *path)
{
  const char *home = g_get_home_dir ();
  const gsize length = strlen (home);

  if (length > 1 && g_str_has_prefix (path, home)
      && (path[length] == G_DIR_SEPARATOR || path[length] == '\0'))
    return g_strconcat ("~", path + length, NULL);
  return g_strdup (path);
}
