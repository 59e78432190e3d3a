/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-html-entities.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "text/sf-text-table.h"
#include "text/sf-windows-1252.h"

#define TABLE "html-entities.txt"
#define NAME_MAX_BYTES 33 /* 32 and a semicolon */
#define CLOSED_MAX_BYTES 24

struct _SfHtmlEntities
{
  GHashTable *texts; /* name with its semicolon, if it has one → UTF-8 */
};

/* "name; 3c 338" */
static gboolean
read_line (SfHtmlEntities *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 character = 0;

  if (words[0] == NULL || words[1] == NULL)
    return FALSE;
  for (guint i = 1; words[i] != NULL; i++)
    {
      if (!g_ascii_string_to_unsigned (words[i], 16, 1, 0x10ffff, &character, NULL))
        return FALSE;
      g_string_append_unichar (text, (gunichar) character);
    }
  g_hash_table_insert (self->texts, g_strdup (words[0]),
                       g_string_free (g_steal_pointer (&text), FALSE));
  return TRUE;
}

SfHtmlEntities *
sf_html_entities_new (GError **error)
{
  g_autoptr (GBytes) table = sf_text_table_load (TABLE, error);
  g_autoptr (SfHtmlEntities) self = NULL;
  g_autofree char *lines = NULL;
  char *end = NULL;

  if (table == NULL)
    return NULL;
  self = g_new0 (SfHtmlEntities, 1);
  self->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  lines = g_strdup (g_bytes_get_data (table, NULL));
  for (char *line = lines; (end = strchr (line, '\n')) != NULL; line = end + 1)
    {
      *end = '\0';
      if (!read_line (self, line))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("the built-in table %s is damaged: %s"), TABLE, line);
          return NULL;
        }
    }
  return g_steal_pointer (&self);
}

void
sf_html_entities_free (SfHtmlEntities *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->texts);
  g_free (self);
}

/* What a number means by the standard: bytes of Windows-1252 are forgiven. */
static void
append_number (GString *out, guint64 number)
{
  if (number == 0 || number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff))
    g_string_append_unichar (out, 0xfffd);
  else if (number >= 0x80 && number <= 0x9f)
    g_string_append_unichar (out, sf_windows_1252_to_unichar ((guint8) number));
  else if (number >= 0x20 ? number != 0x7f && (number & 0xfffe) != 0xfffe
                                && (number < 0xfdd0 || number > 0xfdef)
                          : strchr ("\t\n\f\r", (int) number) != NULL)
    g_string_append_unichar (out, (gunichar) number);
}

/* A reference "#123;" or "#x7b;" at @text, the semicolon optional. Returns its length or 0. */
static gsize
resolve_number (const char *text, GString *out)
{
  gboolean is_hex = text[1] == 'x' || text[1] == 'X';
  const char *start = text + (is_hex ? 2 : 1);
  const char *at = start;
  guint64 number = 0;

  for (; is_hex ? g_ascii_isxdigit (*at) : g_ascii_isdigit (*at); at++)
    number = MIN (number * (is_hex ? 16 : 10) + (guint64) g_ascii_xdigit_value (*at), G_MAXINT32);
  if (at == start)
    return 0;
  append_number (out, number);
  return (gsize) (at - text) + (*at == ';' ? 1 : 0);
}

/* The longest name at @text. Returns its length or 0. */
static gsize
resolve_name (const SfHtmlEntities *self, const char *text, GString *out)
{
  char name[NAME_MAX_BYTES + 1];
  gsize n_bytes = 0;

  while (n_bytes < NAME_MAX_BYTES - 1 && g_ascii_isalnum (text[n_bytes]))
    n_bytes++;
  n_bytes += text[n_bytes] == ';' ? 1 : 0;
  memcpy (name, text, n_bytes);
  for (; n_bytes > 0; n_bytes--)
    {
      const char *found = NULL;

      name[n_bytes] = '\0';
      found = g_hash_table_lookup (self->texts, name);
      if (found != NULL)
        {
          g_string_append (out, found);
          return n_bytes;
        }
    }
  return 0;
}

static gsize
resolve_any (const SfHtmlEntities *self, const char *text, GString *out)
{
  return *text == '#' ? resolve_number (text, out) : resolve_name (self, text, out);
}

static gsize
resolve_closed (const SfHtmlEntities *self, const char *text, GString *out)
{
  char name[CLOSED_MAX_BYTES + 2];
  gsize prefix_bytes = *text == '#' ? 1 : 0;
  gsize n_bytes = prefix_bytes, n_resolved = 0;
  gsize out_bytes = out->len;
  const char *found = NULL;

  while (n_bytes < prefix_bytes + CLOSED_MAX_BYTES && g_ascii_isalnum (text[n_bytes]))
    n_bytes++;
  if (text[n_bytes] != ';' || n_bytes == prefix_bytes)
    return 0;
  n_bytes++;

  n_resolved = resolve_any (self, text, out);
  if (n_resolved == n_bytes)
    return n_bytes;
  g_string_truncate (out, out_bytes);
  if (n_resolved != 0 || prefix_bytes != 0)
    return 0;

  for (gsize i = 0; i < n_bytes; i++)
    {
      if (g_ascii_islower (text[i]))
        return 0;
      name[i] = g_ascii_tolower (text[i]);
    }
  name[n_bytes] = '\0';
  found = g_hash_table_lookup (self->texts, name);
  if (found == NULL)
    return 0;
  g_string_append (out, found);
  return n_bytes;
}

static char *
resolve_all (const SfHtmlEntities *self, const char *text,
             gsize (*resolve) (const SfHtmlEntities *self, const char *text, GString *out))
{
  GString *out = g_string_new (NULL);

  for (const char *ampersand = NULL; (ampersand = strchr (text, '&')) != NULL;)
    {
      gsize n_bytes = 0;

      g_string_append_len (out, text, ampersand - text);
      n_bytes = resolve (self, ampersand + 1, out);
      if (n_bytes == 0)
        g_string_append_c (out, '&');
      text = ampersand + 1 + n_bytes;
    }
  g_string_append (out, text);
  return g_string_free (out, FALSE);
}

char *
sf_html_entities_resolve (const SfHtmlEntities *self, const char *text)
{
  g_return_val_if_fail (self != NULL && text != NULL, NULL);

  return resolve_all (self, text, resolve_any);
}

char *
sf_html_entities_resolve_closed (const SfHtmlEntities *self, const char *text)
{
  g_return_val_if_fail (self != NULL && text != NULL, NULL);

  return resolve_all (self, text, resolve_closed);
}
