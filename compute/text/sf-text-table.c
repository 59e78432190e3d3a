/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-text-table.h"

#include <glib/gi18n-lib.h>

#include "sf-text-resources.h"

GBytes *
sf_text_table_load (const char *name, GError **error)
{
  g_autofree char *path = g_strconcat ("/io/github/sfumato/Sfumato/text/", name, NULL);
  GBytes *table = g_resource_lookup_data (sf_text_get_resource (), path, 0, error);

  if (table == NULL)
    g_prefix_error (error, _ ("load the built-in table %s: "), name);
  return table;
}
