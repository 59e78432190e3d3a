/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-named.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

const SfNamed *
sf_named_find (const SfNamed *const *choices, const char *noun, const char *name, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; choices[i] != NULL; i++)
    {
      if (g_str_equal (choices[i]->name, name))
        return choices[i];

      g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", choices[i]->name);
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("unknown %s “%s”; known are %s"),
               noun, name, known->str);
  return NULL;
}
