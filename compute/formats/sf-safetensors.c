/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-safetensors.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "formats/sf-safetensors-header.h"

#define LENGTH_BYTES 8

static guint64
read_length (const guint8 *bytes)
{
  guint64 length;

  memcpy (&length, bytes, sizeof length);
  return GUINT64_FROM_LE (length);
}

static gboolean
fail (GError **error, const char *reason)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, reason);
  return FALSE;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const SfSafetensorsEntry *first = a, *second = b;

  if (first->begin != second->begin)
    return first->begin < second->begin ? -1 : 1;
  if (first->end != second->end)
    return first->end < second->end ? -1 : 1;
  return strcmp (first->name, second->name);
}

/* Tensors lie end to end and fill the data: no overlap, no gap, nothing cut off. */
static gboolean
check_layout (const GArray *entries, gsize data_bytes, GError **error)
{
  gsize at = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      const SfSafetensorsEntry *entry = &g_array_index (entries, SfSafetensorsEntry, i);

      if (entry->begin < at)
        return fail (error, _ ("tensors overlap in it"));
      if (entry->end > data_bytes)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("it is cut short: %zu bytes of values are announced, %zu are there"),
                       g_array_index (entries, SfSafetensorsEntry, entries->len - 1).end,
                       data_bytes);
          return FALSE;
        }
      if (entry->begin > at)
        return fail (error, _ ("there are bytes between its tensors that belong to none"));
      at = entry->end;
    }
  if (at != data_bytes)
    return fail (error, _ ("there are bytes behind its tensors that belong to none"));
  return TRUE;
}

static void
list_tensors (const GArray *entries, const guint8 *data, SfTensorList *list)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const SfSafetensorsEntry *entry = &g_array_index (entries, SfSafetensorsEntry, i);
      SfTensorInfo tensor = {
        .dtype = entry->dtype,
        .n_dims = entry->n_dims,
        .n_values = entry->n_values,
        .n_bytes = entry->end - entry->begin,
        .data = data + entry->begin,
      };

      memcpy (tensor.dims, entry->dims, sizeof tensor.dims);
      sf_tensor_list_add (list, entry->name, &tensor);
    }
}

static void
move_metadata (GHashTable *from, GHashTable *to)
{
  GHashTableIter iter;
  gpointer key = NULL, value = NULL;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      g_hash_table_iter_steal (&iter);
      g_hash_table_insert (to, key, value);
    }
}

gboolean
sf_safetensors_is (const guint8 *bytes, gsize n_bytes)
{
  return n_bytes > LENGTH_BYTES && read_length (bytes) <= SF_SAFETENSORS_MAX_HEADER_BYTES
         && read_length (bytes) <= n_bytes - LENGTH_BYTES && bytes[LENGTH_BYTES] == '{';
}

gboolean
sf_safetensors_read (const guint8 *bytes, gsize n_bytes, SfTensorList *list, GHashTable *metadata,
                     GError **error)
{
  g_auto (SfSafetensorsHeader) header = { 0 };
  guint64 header_bytes = 0;

  g_return_val_if_fail (list != NULL && metadata != NULL, FALSE);

  if (n_bytes == 0)
    return fail (error, _ ("it is empty"));
  if (n_bytes < LENGTH_BYTES)
    return fail (error, _ ("it is too short for a safetensors file"));
  header_bytes = read_length (bytes);
  if (header_bytes > SF_SAFETENSORS_MAX_HEADER_BYTES)
    return fail (error, _ ("it is not a safetensors file, or its header is damaged"));
  if (header_bytes > n_bytes - LENGTH_BYTES)
    return fail (error, _ ("its header is longer than the file"));

  bytes += LENGTH_BYTES;
  if (!sf_safetensors_header_parse (&header, (const char *) bytes, header_bytes, error))
    return FALSE;
  g_array_sort (header.entries, compare_entries);
  if (!check_layout (header.entries, n_bytes - LENGTH_BYTES - header_bytes, error))
    return FALSE;
  list_tensors (header.entries, bytes + header_bytes, list);
  move_metadata (header.metadata, metadata);
  return TRUE;
}
