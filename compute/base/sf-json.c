/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sf-json.h"

#include <string.h>

static const char ESCAPE_NAMES[] = "\"\\/bfnrt";
static const char ESCAPE_VALUES[] = "\"\\/\b\f\n\r\t";

static void
skip_space (SfJsonScanner *self)
{
  while (self->at < self->end
         && (*self->at == ' ' || *self->at == '\t' || *self->at == '\n' || *self->at == '\r'))
    self->at++;
}

gboolean
sf_json_take (SfJsonScanner *self, char character)
{
  skip_space (self);
  if (self->at == self->end || *self->at != character)
    return FALSE;
  self->at++;
  return TRUE;
}

gboolean
sf_json_is_done (SfJsonScanner *self)
{
  skip_space (self);
  return self->at == self->end;
}

/* The UTF-16 unit of an escape, after its "\u"; 0, which no string may hold, if there is none. */
static guint
take_unit (SfJsonScanner *self)
{
  guint unit = 0;

  if (self->end - self->at < 4)
    return 0;
  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*self->at++);

      if (digit < 0)
        return 0;
      unit = unit << 4 | (guint) digit;
    }
  return unit;
}

/* What follows the backslash of an escape. */
static gboolean
take_escape (SfJsonScanner *self, GString *string)
{
  char name = self->at < self->end ? *self->at++ : '\0';
  const char *known = name != '\0' ? strchr (ESCAPE_NAMES, name) : NULL;
  gunichar character = 0;

  if (known != NULL)
    {
      g_string_append_c (string, ESCAPE_VALUES[known - ESCAPE_NAMES]);
      return TRUE;
    }
  if (name != 'u')
    return FALSE;

  character = take_unit (self);
  if (character >= 0xd800 && character < 0xdc00 && self->end - self->at >= 2
      && memcmp (self->at, "\\u", 2) == 0)
    {
      guint low = (self->at += 2, take_unit (self));

      if (low < 0xdc00 || low > 0xdfff)
        return FALSE;
      character = 0x10000 + ((character - 0xd800) << 10) + (low - 0xdc00);
    }
  if (character == 0 || !g_unichar_validate (character))
    return FALSE;
  g_string_append_unichar (string, character);
  return TRUE;
}

char *
sf_json_take_string (SfJsonScanner *self)
{
  g_autoptr (GString) string = NULL;

  if (!sf_json_take (self, '"'))
    return NULL;
  string = g_string_new (NULL);
  while (self->at < self->end)
    {
      const char *start = self->at;

      while (self->at < self->end && (guchar) *self->at >= ' ' && *self->at != '"'
             && *self->at != '\\')
        self->at++;
      g_string_append_len (string, start, self->at - start);
      if (self->at == self->end || (guchar) *self->at < ' ')
        return NULL;
      if (*self->at++ == '"')
        return g_string_free (g_steal_pointer (&string), FALSE);
      if (!take_escape (self, string))
        return NULL;
    }
  return NULL;
}

gboolean
sf_json_take_size (SfJsonScanner *self, gsize *size)
{
  const char *start = NULL;
  gsize value = 0;

  skip_space (self);
  for (start = self->at; self->at < self->end && g_ascii_isdigit (*self->at); self->at++)
    {
      if (!g_size_checked_mul (&value, value, 10)
          || !g_size_checked_add (&value, value, (gsize) (*self->at - '0')))
        return FALSE;
    }
  *size = value;
  return self->at > start && (*start != '0' || self->at == start + 1);
}

gboolean
sf_json_take_sizes (SfJsonScanner *self, gsize *sizes, guint max_sizes, guint *n_sizes)
{
  *n_sizes = 0;
  if (!sf_json_take (self, '['))
    return FALSE;
  if (sf_json_take (self, ']'))
    return TRUE;
  do
    {
      if (*n_sizes == max_sizes || !sf_json_take_size (self, &sizes[(*n_sizes)++]))
        return FALSE;
    }
  while (sf_json_take (self, ','));
  return sf_json_take (self, ']');
}

void
sf_json_append_string (GString *json, const char *text)
{
  g_string_append_c (json, '"');
  for (const char *at = text; *at != '\0'; at++)
    {
      const char *escaped = *at != '/' ? strchr (ESCAPE_VALUES, *at) : NULL;

      if (escaped != NULL)
        g_string_append_printf (json, "\\%c", ESCAPE_NAMES[escaped - ESCAPE_VALUES]);
      else if ((guchar) *at < ' ')
        g_string_append_printf (json, "\\u%04x", (guint) *at);
      else
        g_string_append_c (json, *at);
    }
  g_string_append_c (json, '"');
}
