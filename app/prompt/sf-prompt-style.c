/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-prompt-style.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define PLACE "{prompt}"

struct _SfPromptStyle
{
  GObject parent_instance;

  char *name;
  char *prompt;
  char *negative_prompt;
};

G_DEFINE_FINAL_TYPE (SfPromptStyle, sf_prompt_style, G_TYPE_OBJECT)

static char *
dup_stripped (const char *text)
{
  return text != NULL ? g_strstrip (g_strdup (text)) : g_strdup ("");
}

static gboolean
is_text (const char *text, gsize most)
{
  return strlen (text) <= most && g_utf8_validate (text, -1, NULL);
}

SfPromptStyle *
sf_prompt_style_new (const char *name, const char *prompt, const char *negative_prompt)
{
  g_autoptr (SfPromptStyle) self = g_object_new (SF_TYPE_PROMPT_STYLE, NULL);

  self->name = dup_stripped (name);
  self->prompt = dup_stripped (prompt);
  self->negative_prompt = dup_stripped (negative_prompt);
  if (*self->name == '\0' || !is_text (self->name, SF_PROMPT_STYLE_MAX_NAME)
      || !is_text (self->prompt, SF_PROMPT_STYLE_MAX_TEXT)
      || !is_text (self->negative_prompt, SF_PROMPT_STYLE_MAX_TEXT))
    return NULL;
  return g_steal_pointer (&self);
}

const char *
sf_prompt_style_get_name (SfPromptStyle *self)
{
  g_return_val_if_fail (SF_IS_PROMPT_STYLE (self), NULL);

  return self->name;
}

const char *
sf_prompt_style_get_prompt (SfPromptStyle *self)
{
  g_return_val_if_fail (SF_IS_PROMPT_STYLE (self), NULL);

  return self->prompt;
}

const char *
sf_prompt_style_get_negative_prompt (SfPromptStyle *self)
{
  g_return_val_if_fail (SF_IS_PROMPT_STYLE (self), NULL);

  return self->negative_prompt;
}

char *
sf_prompt_style_merge (const char *style_text, const char *prompt)
{
  g_autofree char *style = dup_stripped (style_text);
  g_autofree char *own = dup_stripped (prompt);

  if (strstr (style, PLACE) != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (style, PLACE, -1);

      return g_strjoinv (prompt, parts);
    }
  if (*style == '\0' || *own == '\0')
    return g_strconcat (own, style, NULL);
  return g_strconcat (own, ", ", style, NULL);
}

static const char *
get_string (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static void
add_element (JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
  GPtrArray *styles = user_data;

  if (styles->len == SF_PROMPT_STYLE_MAX_STYLES || !JSON_NODE_HOLDS_OBJECT (node))
    return;

  JsonObject *object = json_node_get_object (node);
  SfPromptStyle *style = sf_prompt_style_new (get_string (object, "name"),
                                              get_string (object, "prompt"),
                                              get_string (object, "negative_prompt"));

  if (style != NULL)
    g_ptr_array_add (styles, style);
}

/* JSON-GLib goes as deep as a text does, and ours is three deep. */
static gboolean
is_shallow (const char *text, gsize length)
{
  guint depth = 0;
  gboolean quoted = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (quoted && text[i] == '\\')
        i++;
      else if (text[i] == '"')
        quoted = !quoted;
      else if (!quoted && (text[i] == '[' || text[i] == '{') && ++depth > 8)
        return FALSE;
      else if (!quoted && (text[i] == ']' || text[i] == '}') && depth > 0)
        depth--;
    }
  return TRUE;
}

GPtrArray *
sf_prompt_style_list_from_json (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root, *list;
  gsize n_bytes = length >= 0 ? (gsize) length : strlen (text);

  if (n_bytes > SF_PROMPT_STYLE_MAX_FILE || !g_utf8_validate_len (text, n_bytes, NULL)
      || !is_shallow (text, n_bytes))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("read styles: it is no list of styles, or too large"));
      return NULL;
    }
  if (!json_parser_load_from_data (parser, text, (gssize) n_bytes, error))
    {
      g_prefix_error (error, _ ("read styles: "));
      return NULL;
    }

  root = json_parser_get_root (parser);
  list = root != NULL && JSON_NODE_HOLDS_OBJECT (root)
             ? json_object_get_member (json_node_get_object (root), "styles")
             : NULL;
  if (list == NULL || !JSON_NODE_HOLDS_ARRAY (list))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("read styles: there are none in it"));
      return NULL;
    }

  GPtrArray *styles = g_ptr_array_new_with_free_func (g_object_unref);
  json_array_foreach_element (json_node_get_array (list), add_element, styles);
  return styles;
}

static void
add_member (JsonBuilder *builder, const char *name, const char *value)
{
  if (*value == '\0')
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

char *
sf_prompt_style_list_to_json (GPtrArray *styles)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "styles");
  json_builder_begin_array (builder);
  for (guint i = 0; i < styles->len; i++)
    {
      SfPromptStyle *style = styles->pdata[i];

      json_builder_begin_object (builder);
      add_member (builder, "name", style->name);
      add_member (builder, "prompt", style->prompt);
      add_member (builder, "negative_prompt", style->negative_prompt);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, TRUE);
}

static void
sf_prompt_style_finalize (GObject *object)
{
  SfPromptStyle *self = SF_PROMPT_STYLE (object);

  g_free (self->name);
  g_free (self->prompt);
  g_free (self->negative_prompt);
  G_OBJECT_CLASS (sf_prompt_style_parent_class)->finalize (object);
}

static void
sf_prompt_style_class_init (SfPromptStyleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sf_prompt_style_finalize;
}

static void
sf_prompt_style_init (SfPromptStyle *self)
{
}
