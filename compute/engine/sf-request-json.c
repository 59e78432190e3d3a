/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sf-json.h"
#include "engine/sf-request-field.h"

#include <glib/gi18n-lib.h>
#include <string.h>

char *
sf_request_to_json (const SfRequest *self)
{
  g_autoptr (SfRequest) defaults = sf_request_new ();
  GString *json = g_string_new ("{");
  guint n_fields;
  const SfRequestField *fields = sf_request_list_fields (&n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      g_autofree char *value = sf_request_field_get (&fields[i], self);
      g_autofree char *usual = sf_request_field_get (&fields[i], defaults);

      if (g_str_equal (value, usual))
        continue;
      if (json->len > 1)
        g_string_append_c (json, ',');
      sf_json_append_string (json, fields[i].name);
      g_string_append_c (json, ':');
      sf_json_append_string (json, value);
    }
  g_string_append_c (json, '}');

  return g_string_free (json, FALSE);
}

/* A pair of texts, which the caller owns. */
static gboolean
take_pair (SfJsonScanner *scanner, char **name, char **value)
{
  return (*name = sf_json_take_string (scanner)) != NULL && sf_json_take (scanner, ':')
         && (*value = sf_json_take_string (scanner)) != NULL;
}

/* The pairs of the object that @json is, or NULL when it is none. */
static GHashTable *
parse_pairs (const char *json)
{
  SfJsonScanner scanner = { json, json + strlen (json) };
  g_autoptr (GHashTable) pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (!g_utf8_validate (json, -1, NULL) || !sf_json_take (&scanner, '{'))
    return NULL;

  for (gboolean more = !sf_json_take (&scanner, '}'); more; more = sf_json_take (&scanner, ','))
    {
      g_autofree char *name = NULL;
      g_autofree char *value = NULL;

      if (!take_pair (&scanner, &name, &value))
        return NULL;
      g_hash_table_replace (pairs, g_steal_pointer (&name), g_steal_pointer (&value));
    }
  if (g_hash_table_size (pairs) > 0 && !sf_json_take (&scanner, '}'))
    return NULL;

  return sf_json_is_done (&scanner) ? g_steal_pointer (&pairs) : NULL;
}

SfRequest *
sf_request_new_from_json (const char *json, GError **error)
{
  g_autoptr (SfRequest) request = sf_request_new ();
  g_autoptr (GHashTable) pairs = NULL;
  guint n_fields;
  const SfRequestField *fields = sf_request_list_fields (&n_fields);

  g_return_val_if_fail (json != NULL, NULL);

  pairs = parse_pairs (json);
  if (pairs == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("the stored request is no JSON object of texts"));
      return NULL;
    }

  for (guint i = 0; i < n_fields; i++)
    {
      const char *value = g_hash_table_lookup (pairs, fields[i].name);

      if (value != NULL && !sf_request_field_set (&fields[i], request, value, error))
        return NULL;
    }

  return sf_request_validate (request, error) ? g_steal_pointer (&request) : NULL;
}
