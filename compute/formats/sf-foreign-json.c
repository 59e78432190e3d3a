/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-foreign-json.h"

#include <string.h>

#include "base/sf-json.h"

static const char *const python_words[] = { "NaN", "-Infinity", "Infinity" };

/* The length of a word that JSON does not have, 0 when there is none. */
static gsize
measure_python_word (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (python_words); i++)
    if (g_str_has_prefix (text, python_words[i]))
      return strlen (python_words[i]);

  return 0;
}

/* The digits of an integer that a seed may be but a signed integer cannot, 0 when there are none.
 * Newer versions of JSON-GLib make the largest signed one of it. */
static gsize
measure_large_integer (const char *text)
{
  const gsize length = strspn (text, "0123456789");
  g_autofree char *digits = g_strndup (text, length);

  return g_ascii_string_to_unsigned (digits, 10, (guint64) G_MAXINT64 + 1, G_MAXUINT64, NULL, NULL)
                 && (text[length] == '\0' || strchr (".eE", text[length]) == NULL)
             ? length
             : 0;
}

/* A copy with those words and integers replaced, or NULL when there is more in it than there may be, or what JSON
 * has no use for: JSON-GLib takes comments and broken escapes as well, and this must not lose
 * track of where its strings are. */
static char *
copy_bounded (const char *text)
{
  g_autoptr (GString) copy = g_string_sized_new (strlen (text));
  SfJsonScanner scanner = { text, text + strlen (text) };
  guint depth = 0, n_values = 0;

  for (const char *last = text; !sf_json_is_done (&scanner); last = scanner.at)
    {
      const char *start = scanner.at;
      const gsize word_length = measure_python_word (start);

      if (start > last)
        g_string_append_c (copy, ' ');
      if (*start == '"')
        {
          g_autofree char *string = sf_json_take_string (&scanner);

          if (string == NULL)
            return NULL;
          g_string_append_len (copy, start, scanner.at - start);
          continue;
        }
      if (word_length > 0)
        {
          g_string_append (copy, "null");
          scanner.at += word_length;
          continue;
        }

      const char before = copy->len > 0 ? copy->str[copy->len - 1] : ' ';
      const gsize n_digits = g_ascii_isalnum (before) || strchr ("+-.", before) != NULL
                                 ? 0
                                 : measure_large_integer (start);
      if (n_digits > 0)
        {
          g_string_append_printf (copy, "\"%.*s\"", (int) n_digits, start);
          scanner.at += n_digits;
          continue;
        }

      if (!g_ascii_isalnum (*start) && strchr ("{}[],:+-.", *start) == NULL)
        return NULL;
      if (*start == '[' || *start == '{')
        depth++;
      else if ((*start == ']' || *start == '}') && depth > 0)
        depth--;
      n_values += *start == ',' || *start == '[' || *start == '{';
      if (depth > SF_FOREIGN_JSON_MAX_DEPTH || n_values > SF_FOREIGN_JSON_MAX_VALUES)
        return NULL;
      g_string_append_c (copy, *start);
      scanner.at++;
    }

  return g_string_free (g_steal_pointer (&copy), FALSE);
}

JsonObject *
sf_foreign_json_read (const char *text)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autofree char *copy = NULL;
  JsonNode *root;

  g_return_val_if_fail (text != NULL, NULL);

  while (g_ascii_isspace (*text))
    text++;
  if (*text != '{' || strlen (text) > SF_FOREIGN_JSON_MAX_BYTES
      || !g_utf8_validate (text, -1, NULL))
    return NULL;
  copy = copy_bounded (text);
  if (copy == NULL)
    return NULL;

  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, copy, -1, NULL))
    return NULL;
  root = json_parser_get_root (parser);

  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_dup_object (root) : NULL;
}

static JsonNode *
get_member (JsonObject *object, const char *name, JsonNodeType type)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_node_type (node) == type ? node : NULL;
}

JsonObject *
sf_foreign_json_get_object (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name, JSON_NODE_OBJECT);

  return node != NULL ? json_node_get_object (node) : NULL;
}

JsonArray *
sf_foreign_json_get_array (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name, JSON_NODE_ARRAY);

  return node != NULL ? json_node_get_array (node) : NULL;
}

const char *
sf_foreign_json_get_string (JsonObject *object, const char *name)
{
  JsonNode *node = get_member (object, name, JSON_NODE_VALUE);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

char *
sf_foreign_json_dup_value (JsonNode *node)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NULL;

  switch (json_node_get_value_type (node))
    {
    case G_TYPE_STRING:
      return g_strdup (json_node_get_string (node));
    case G_TYPE_INT64:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64) json_node_get_int (node));
    case G_TYPE_BOOLEAN:
      return g_strdup (json_node_get_boolean (node) ? "True" : "False");
    case G_TYPE_DOUBLE:
      return g_strdup (g_ascii_formatd (text, sizeof text, "%.10g", json_node_get_double (node)));
    default:
      return NULL;
    }
}
