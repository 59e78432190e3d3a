/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-safetensors.h"

#include <string.h>

#include "base/sf-file.h"
#include "formats/sf-safetensors-header.h"

#define LENGTH_BYTES 8

struct _SfSafetensors
{
  GMappedFile *file;
  SfSafetensorsHeader header;
  GArray *tensors;     /* of SfTensorInfo; names belong to the header */
  GHashTable *by_name; /* name → SfTensorInfo in tensors */
};

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
check_layout (const SfSafetensors *self, gsize data_bytes, GError **error)
{
  gsize at = 0;

  for (guint i = 0; i < self->header.entries->len; i++)
    {
      const SfSafetensorsEntry *entry = &g_array_index (self->header.entries, SfSafetensorsEntry,
                                                        i);

      if (entry->begin < at)
        return fail (error, "tensors overlap in it");
      if (entry->end > data_bytes)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "it is cut short: %zu bytes of values are announced, %zu are there",
                       g_array_index (self->header.entries, SfSafetensorsEntry,
                                      self->header.entries->len - 1)
                           .end,
                       data_bytes);
          return FALSE;
        }
      if (entry->begin > at)
        return fail (error, "there are bytes between its tensors that belong to none");
      at = entry->end;
    }
  if (at != data_bytes)
    return fail (error, "there are bytes behind its tensors that belong to none");
  return TRUE;
}

static void
list_tensors (SfSafetensors *self, const guint8 *data)
{
  guint n_tensors = self->header.entries->len;

  self->tensors = g_array_sized_new (FALSE, FALSE, sizeof (SfTensorInfo), n_tensors);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < n_tensors; i++)
    {
      const SfSafetensorsEntry *entry = &g_array_index (self->header.entries, SfSafetensorsEntry,
                                                        i);
      SfTensorInfo tensor = {
        .name = entry->name,
        .dtype = entry->dtype,
        .n_dims = entry->n_dims,
        .n_values = entry->n_values,
        .n_bytes = entry->end - entry->begin,
        .data = data + entry->begin,
      };

      memcpy (tensor.dims, entry->dims, sizeof tensor.dims);
      g_array_append_val (self->tensors, tensor);
      g_hash_table_insert (self->by_name, entry->name,
                           &g_array_index (self->tensors, SfTensorInfo, i));
    }
}

static gboolean
read_file (SfSafetensors *self, GError **error)
{
  const guint8 *bytes = (const guint8 *) g_mapped_file_get_contents (self->file);
  gsize n_bytes = g_mapped_file_get_length (self->file);
  guint64 header_bytes = 0;

  if (n_bytes == 0)
    return fail (error, "it is empty");
  if (n_bytes < LENGTH_BYTES)
    return fail (error, "it is too short for a safetensors file");
  header_bytes = read_length (bytes);
  if (header_bytes > SF_SAFETENSORS_MAX_HEADER_BYTES)
    return fail (error, "it is not a safetensors file, or its header is damaged");
  if (header_bytes > n_bytes - LENGTH_BYTES)
    return fail (error, "its header is longer than the file");

  bytes += LENGTH_BYTES;
  if (!sf_safetensors_header_parse (&self->header, (const char *) bytes, header_bytes, error))
    return FALSE;
  g_array_sort (self->header.entries, compare_entries);
  if (!check_layout (self, n_bytes - LENGTH_BYTES - header_bytes, error))
    return FALSE;
  list_tensors (self, bytes + header_bytes);
  return TRUE;
}

SfSafetensors *
sf_safetensors_open (const char *path, GError **error)
{
  g_autoptr (SfSafetensors) self = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_new0 (SfSafetensors, 1);
  self->file = sf_file_map (path, error);
  if (self->file == NULL)
    return NULL;
  if (!read_file (self, error))
    {
      g_prefix_error (error, "open %s: ", path);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
sf_safetensors_free (SfSafetensors *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_clear_pointer (&self->tensors, g_array_unref);
  sf_safetensors_header_clear (&self->header);
  g_clear_pointer (&self->file, g_mapped_file_unref);
  g_free (self);
}

guint
sf_safetensors_get_n_tensors (const SfSafetensors *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->tensors->len;
}

const SfTensorInfo *
sf_safetensors_get_tensor (const SfSafetensors *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->tensors->len, NULL);

  return &g_array_index (self->tensors, SfTensorInfo, index);
}

const SfTensorInfo *
sf_safetensors_find (const SfSafetensors *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  return g_hash_table_lookup (self->by_name, name);
}

const char *
sf_safetensors_get_metadata (const SfSafetensors *self, const char *key)
{
  g_return_val_if_fail (self != NULL && key != NULL, NULL);

  return g_hash_table_lookup (self->header.metadata, key);
}
