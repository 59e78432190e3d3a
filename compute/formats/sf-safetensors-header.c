/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-safetensors-header.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/sf-json.h"

static gboolean
fail (GError **error, const char *reason)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, reason);
  return FALSE;
}

static gboolean
take_dtype (SfJsonScanner *scanner, SfSafetensorsEntry *entry, GError **error)
{
  g_autofree char *name = sf_json_take_string (scanner);

  if (name == NULL || !sf_dtype_from_name (name, &entry->dtype))
    return sf_tensor_info_refuse (entry->name, _ ("is of a type that is not known"), error);
  return TRUE;
}

static gboolean
take_offsets (SfJsonScanner *scanner, SfSafetensorsEntry *entry, GError **error)
{
  gsize offsets[2];
  guint n_offsets = 0;

  if (!sf_json_take_sizes (scanner, offsets, 2, &n_offsets) || n_offsets != 2
      || offsets[0] > offsets[1])
    return sf_tensor_info_refuse (entry->name, _ ("has data offsets that make no sense"), error);
  entry->begin = offsets[0];
  entry->end = offsets[1];
  return TRUE;
}

/* One of the three fields; @seen has a bit for each that was there before. */
static gboolean
take_field (SfJsonScanner *scanner, SfSafetensorsEntry *entry, guint *seen, GError **error)
{
  static const char *const NAMES[] = { "dtype", "shape", "data_offsets" };
  g_autofree char *name = sf_json_take_string (scanner);
  guint field = 0;

  while (name != NULL && field < G_N_ELEMENTS (NAMES) && !g_str_equal (name, NAMES[field]))
    field++;
  if (name == NULL || field == G_N_ELEMENTS (NAMES) || *seen & 1u << field
      || !sf_json_take (scanner, ':'))
    return sf_tensor_info_refuse (entry->name, _ ("has fields that the format does not know"),
                                  error);
  *seen |= 1u << field;

  if (field == 0)
    return take_dtype (scanner, entry, error);
  if (field == 2)
    return take_offsets (scanner, entry, error);
  if (!sf_json_take_sizes (scanner, entry->dims, SF_TENSOR_MAX_DIMS, &entry->n_dims))
    return sf_tensor_info_refuse (entry->name, _ ("has a shape that makes no sense"), error);
  return TRUE;
}

static gboolean
check_size (SfSafetensorsEntry *entry, GError **error)
{
  gsize n_bytes = 0;

  entry->n_values = 1;
  for (guint i = 0; i < entry->n_dims; i++)
    {
      if (!g_size_checked_mul (&entry->n_values, entry->n_values, entry->dims[i]))
        return sf_tensor_info_refuse (entry->name, _ ("has a shape that is too large"), error);
    }
  if (!sf_dtype_bytes_of (entry->dtype, entry->n_values, &n_bytes))
    return sf_tensor_info_refuse (entry->name, _ ("has a shape that is too large"), error);
  if (n_bytes != entry->end - entry->begin)
    return sf_tensor_info_refuse (entry->name, _ ("has data offsets that do not fit its shape"),
                                  error);
  return TRUE;
}

static gboolean
take_entry (SfJsonScanner *scanner, SfSafetensorsEntry *entry, GError **error)
{
  guint seen = 0;

  if (!sf_json_take (scanner, '{'))
    return sf_tensor_info_refuse (entry->name, _ ("is not described by a JSON object"), error);
  do
    {
      if (!take_field (scanner, entry, &seen, error))
        return FALSE;
    }
  while (sf_json_take (scanner, ','));
  if (seen != 7 || !sf_json_take (scanner, '}'))
    return sf_tensor_info_refuse (entry->name, _ ("lacks its type, its shape or its data offsets"),
                                  error);
  return check_size (entry, error);
}

static gboolean
take_metadata (SfJsonScanner *scanner, GHashTable *metadata, GError **error)
{
  if (!sf_json_take (scanner, '{'))
    return fail (error, _ ("its metadata is not a JSON object"));
  if (sf_json_take (scanner, '}'))
    return TRUE;
  do
    {
      g_autofree char *key = sf_json_take_string (scanner);
      g_autofree char *value = NULL;

      if (key != NULL && sf_json_take (scanner, ':'))
        value = sf_json_take_string (scanner);
      if (value == NULL)
        return fail (error, _ ("its metadata holds something else than strings"));
      if (!g_hash_table_insert (metadata, g_steal_pointer (&key), g_steal_pointer (&value)))
        return fail (error, _ ("its metadata holds a name twice"));
    }
  while (sf_json_take (scanner, ','));
  return sf_json_take (scanner, '}') || fail (error, _ ("its metadata is not closed"));
}

static void
clear_entry (gpointer entry)
{
  g_free (((SfSafetensorsEntry *) entry)->name);
}

static gboolean
take_member (SfJsonScanner *scanner, SfSafetensorsHeader *self, GHashTable *names, GError **error)
{
  g_autofree char *name = sf_json_take_string (scanner);
  SfSafetensorsEntry entry = { .name = name };

  if (name == NULL || !sf_json_take (scanner, ':'))
    return fail (error, _ ("its header is not valid JSON"));
  if (g_hash_table_contains (names, name))
    return sf_tensor_info_refuse (name, _ ("is there twice"), error);
  g_hash_table_add (names, g_strdup (name));

  if (g_str_equal (name, "__metadata__"))
    return take_metadata (scanner, self->metadata, error);
  if (!take_entry (scanner, &entry, error))
    return FALSE;
  entry.name = g_steal_pointer (&name);
  g_array_append_val (self->entries, entry);
  return TRUE;
}

gboolean
sf_safetensors_header_parse (SfSafetensorsHeader *self, const char *text, gsize n_bytes,
                             GError **error)
{
  SfJsonScanner scanner = { text, text + n_bytes };
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  self->entries = g_array_new (FALSE, FALSE, sizeof (SfSafetensorsEntry));
  g_array_set_clear_func (self->entries, clear_entry);
  self->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (!g_utf8_validate_len (text, n_bytes, NULL))
    return fail (error, _ ("its header is not UTF-8 text"));
  if (!sf_json_take (&scanner, '{'))
    return fail (error, _ ("its header is not a JSON object"));
  if (!sf_json_take (&scanner, '}'))
    {
      do
        {
          if (!take_member (&scanner, self, names, error))
            return FALSE;
        }
      while (sf_json_take (&scanner, ','));
      if (!sf_json_take (&scanner, '}'))
        return fail (error, _ ("its header is not closed"));
    }
  return sf_json_is_done (&scanner) || fail (error, _ ("something follows the JSON in its header"));
}

void
sf_safetensors_header_clear (SfSafetensorsHeader *self)
{
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->metadata, g_hash_table_unref);
}
