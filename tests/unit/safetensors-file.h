/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>

#include "temporary-folder.h"

/* Writes a file "model.safetensors" with a header and n_bytes of data, byte i of which is i, and
 * returns its path. */
static inline char *
write_safetensors (TemporaryFolder *folder, const char *header, gsize n_bytes)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  guint64 header_bytes = GUINT64_TO_LE ((guint64) strlen (header));
  char *path = g_build_filename (folder->path, "model.safetensors", NULL);

  g_byte_array_append (file, (const guint8 *) &header_bytes, sizeof header_bytes);
  g_byte_array_append (file, (const guint8 *) header, (guint) strlen (header));
  for (gsize i = 0; i < n_bytes; i++)
    g_byte_array_append (file, (guint8[]){ (guint8) i }, 1);
  g_file_set_contents (path, (const char *) file->data, file->len, &error);
  g_assert_no_error (error);
  return path;
}

#define TENSOR(name, dtype, shape, begin, end)                                                   \
  "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[" #begin "," #end \
  "]}"
