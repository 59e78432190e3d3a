/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-prompt-style.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define MAX_FIELDS 64 /* of a record; what is beyond is read and dropped */

/* Goes through a text of comma-separated values (RFC 4180), as forgiving as Python's reader. */
typedef struct
{
  const char *at;
  const char *end;
} Reader;

/* The part in quotation marks, from behind the first. */
static void
read_quoted (Reader *self, GString *field)
{
  while (self->at < self->end)
    {
      char c = *self->at++;

      if (c == '"' && (self->at == self->end || *self->at != '"'))
        return;
      if (c == '"')
        self->at++;
      g_string_append_c (field, c);
    }
}

/* Reads up to a comma or the end of the record. Returns whether another field follows. */
static gboolean
read_field (Reader *self, GString *field)
{
  if (self->at < self->end && *self->at == '"')
    {
      self->at++;
      read_quoted (self, field);
    }
  while (self->at < self->end && *self->at != ',' && *self->at != '\n' && *self->at != '\r')
    g_string_append_c (field, *self->at++);

  if (self->at < self->end && *self->at == ',')
    {
      self->at++;
      return TRUE;
    }
  if (self->at < self->end && *self->at == '\r')
    self->at++;
  if (self->at < self->end && *self->at == '\n')
    self->at++;
  return FALSE;
}

/* Element type char *, not terminated. */
static GPtrArray *
read_record (Reader *self)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func (g_free);
  gboolean more = TRUE;

  while (more)
    {
      GString *field = g_string_new (NULL);

      more = read_field (self, field);
      if (fields->len < MAX_FIELDS)
        g_ptr_array_add (fields, g_string_free (field, FALSE));
      else
        g_string_free (field, TRUE);
    }
  return fields;
}

/* Which column has a name, or -1. */
static int
find_column (GPtrArray *head, const char *name)
{
  for (guint i = 0; i < head->len; i++)
    if (g_ascii_strcasecmp (g_strstrip (head->pdata[i]), name) == 0)
      return (int) i;
  return -1;
}

static const char *
get_field (GPtrArray *record, int column)
{
  return column >= 0 && (guint) column < record->len ? record->pdata[column] : NULL;
}

static gboolean
check (const char *text, gsize length, GError **error)
{
  if (length <= SF_PROMPT_STYLE_MAX_FILE && g_utf8_validate_len (text, length, NULL))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("read styles: the file is larger than %d MiB or not in UTF-8"),
               SF_PROMPT_STYLE_MAX_FILE / 1024 / 1024);
  return FALSE;
}

GPtrArray *
sf_prompt_style_list_from_csv (const char *text, gssize length, GError **error)
{
  gsize n_bytes = length >= 0 ? (gsize) length : strlen (text);

  if (!check (text, n_bytes, error))
    return NULL;

  gsize n_mark = strlen (BYTE_ORDER_MARK);
  gboolean marked = n_bytes >= n_mark && memcmp (text, BYTE_ORDER_MARK, n_mark) == 0;
  Reader reader = { text + (marked ? n_mark : 0), text + n_bytes };
  g_autoptr (GPtrArray) head = read_record (&reader);
  int name = find_column (head, "name");
  int prompt = find_column (head, "prompt");
  int negative = find_column (head, "negative_prompt");

  if (prompt < 0)
    prompt = find_column (head, "text");
  if (name < 0 || prompt < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("read styles: the first line does not name the columns “name” and “prompt”"));
      return NULL;
    }

  GPtrArray *styles = g_ptr_array_new_with_free_func (g_object_unref);
  while (reader.at < reader.end && styles->len < SF_PROMPT_STYLE_MAX_STYLES)
    {
      g_autoptr (GPtrArray) record = read_record (&reader);
      g_autoptr (SfPromptStyle)
          style = sf_prompt_style_new (get_field (record, name), get_field (record, prompt),
                                       get_field (record, negative));

      if (style != NULL
          && (*sf_prompt_style_get_prompt (style) != '\0'
              || *sf_prompt_style_get_negative_prompt (style) != '\0'))
        g_ptr_array_add (styles, g_steal_pointer (&style));
    }
  return styles;
}

static void
write_field (GString *text, const char *field)
{
  gboolean plain = strpbrk (field, ",\"\r\n") == NULL;

  if (!plain)
    g_string_append_c (text, '"');
  for (; *field != '\0'; field++)
    {
      if (*field == '"')
        g_string_append_c (text, '"');
      g_string_append_c (text, *field);
    }
  if (!plain)
    g_string_append_c (text, '"');
}

char *
sf_prompt_style_list_to_csv (GPtrArray *styles)
{
  GString *text = g_string_new (BYTE_ORDER_MARK "name,prompt,negative_prompt\r\n");

  for (guint i = 0; i < styles->len; i++)
    {
      write_field (text, sf_prompt_style_get_name (styles->pdata[i]));
      g_string_append_c (text, ',');
      write_field (text, sf_prompt_style_get_prompt (styles->pdata[i]));
      g_string_append_c (text, ',');
      write_field (text, sf_prompt_style_get_negative_prompt (styles->pdata[i]));
      g_string_append (text, "\r\n");
    }
  return g_string_free (text, FALSE);
}
