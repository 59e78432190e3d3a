/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/sf-dimensions.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

gboolean
sf_dimensions_has (SfCheckpoint *checkpoint, const char *format, ...)
{
  g_autofree char *name = NULL;
  va_list arguments;

  va_start (arguments, format);
  name = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  return sf_checkpoint_find (checkpoint, name) != NULL;
}

gboolean
sf_dimensions_read (SfCheckpoint *checkpoint, guint *first, guint *second, GError **error,
                    const char *format, ...)
{
  g_autofree char *name = NULL;
  const SfTensorInfo *tensor;
  va_list arguments;

  va_start (arguments, format);
  name = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  tensor = sf_checkpoint_find (checkpoint, name);
  if (tensor == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("the file has no tensor %s"),
                   name);
      return FALSE;
    }

  for (guint i = 0; i < 2; i++)
    if (tensor->n_dims < 2 || tensor->dims[i] == 0 || tensor->dims[i] > SF_DIMENSION_MAX)
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                     _ ("tensor %s has an impossible shape"), name);
        return FALSE;
      }

  *first = (guint) tensor->dims[0];
  if (second != NULL)
    *second = (guint) tensor->dims[1];
  return TRUE;
}
