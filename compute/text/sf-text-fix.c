/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-text-fix.h"

#include <string.h>

#include "text/sf-windows-1252.h"

/* A line that still changes after so many rounds was made to do so. */
#define MAX_ROUNDS 16

static const struct
{
  gunichar from;
  const char *to;
} LATIN_LIGATURES[] = {
  { 0x0132, "IJ" }, { 0x0133, "ij" }, { 0x0149, "ʼn" }, { 0x01c4, "DŽ" },  { 0x01c5, "Dž" },
  { 0x01c6, "dž" }, { 0x01c7, "LJ" }, { 0x01c8, "Lj" }, { 0x01c9, "lj" },  { 0x01ca, "NJ" },
  { 0x01cb, "Nj" }, { 0x01cc, "nj" }, { 0x01f1, "DZ" }, { 0x01f2, "Dz" },  { 0x01f3, "dz" },
  { 0xfb00, "ff" }, { 0xfb01, "fi" }, { 0xfb02, "fl" }, { 0xfb03, "ffi" }, { 0xfb04, "ffl" },
  { 0xfb05, "ſt" }, { 0xfb06, "st" },
};

/* Reads the characters at @text as the bytes of one UTF-8 sequence of two bytes or more. Returns
 * where it ends, or NULL if it is none. */
static const char *
decode_sequence (const char *text, char utf8[4], gsize *n_bytes)
{
  int lead = sf_windows_1252_from_unichar (g_utf8_get_char (text));

  if (lead < 0xc2 || lead > 0xf4)
    return NULL;
  *n_bytes = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  utf8[0] = (char) lead;
  for (gsize i = 1; i < *n_bytes; i++)
    {
      int byte = 0;

      text = g_utf8_next_char (text);
      byte = sf_windows_1252_from_unichar (g_utf8_get_char (text));
      if (byte < 0x80 || byte > 0xbf)
        return NULL;
      utf8[i] = (char) byte;
    }
  return g_utf8_validate_len (utf8, *n_bytes, NULL) ? g_utf8_next_char (text) : NULL;
}

static gboolean
begins_mojibake (gunichar character)
{
  return character == 0xc2 || character == 0xc3 || character == 0xe2 || character == 0xf0;
}

static void
fix_mojibake (GString *line)
{
  g_autoptr (GString) fixed = g_string_sized_new (line->len);
  g_autoptr (GString) run = g_string_new (NULL);

  for (const char *at = line->str; *at != '\0';)
    {
      const char *start = at, *end = NULL;
      char utf8[4];
      gsize n_bytes = 0;
      guint n_sequences = 0;

      g_string_truncate (run, 0);
      while (*at != '\0' && (end = decode_sequence (at, utf8, &n_bytes)) != NULL)
        {
          g_string_append_len (run, utf8, n_bytes);
          n_sequences++;
          at = end;
        }
      if (n_sequences > 1 || (n_sequences == 1 && begins_mojibake (g_utf8_get_char (start))))
        {
          g_string_append_len (fixed, run->str, run->len);
        }
      else
        {
          at = g_utf8_next_char (start);
          g_string_append_len (fixed, start, at - start);
        }
    }
  g_string_assign (line, fixed->str);
}

static gboolean
is_unwanted (gunichar character)
{
  return character < 0x09 || character == 0x0b || (character >= 0x0e && character < 0x20)
         || character == 0x7f || (character >= 0x206a && character <= 0x206f) || character == 0xfeff
         || (character >= 0xfff9 && character <= 0xfffc);
}

static gboolean
is_line_break (gunichar character)
{
  return character == '\r' || character == 0x85 || character == 0x2028 || character == 0x2029;
}

static gunichar
straighten_quote (gunichar character)
{
  if (character == 0x02bc || (character >= 0x2018 && character <= 0x201b))
    return '\'';
  return character >= 0x201c && character <= 0x201f ? '"' : character;
}

/* Full- and half-width forms, and the ideographic space. */
static gboolean
append_plain_width (GString *line, gunichar character)
{
  char utf8[7] = { 0 };
  g_autofree char *plain = NULL;

  if (character == 0x3000)
    {
      g_string_append_c (line, ' ');
      return TRUE;
    }
  if (character < 0xff01 || character > 0xffef)
    return FALSE;
  g_unichar_to_utf8 (character, utf8);
  plain = g_utf8_normalize (utf8, -1, G_NORMALIZE_ALL_COMPOSE);
  g_string_append (line, plain);
  return TRUE;
}

static gboolean
append_without_ligature (GString *line, gunichar character)
{
  for (guint i = 0; i < G_N_ELEMENTS (LATIN_LIGATURES); i++)
    {
      if (LATIN_LIGATURES[i].from == character)
        {
          g_string_append (line, LATIN_LIGATURES[i].to);
          return TRUE;
        }
    }
  return FALSE;
}

/* The length of an escape sequence like "\033[1;31m" at @text, or 0. */
static gsize
terminal_escape_length (const char *text)
{
  gsize length = 2;

  if (text[0] != '\033' || text[1] != '[')
    return 0;
  length += strspn (text + length, "0123456789;");
  return g_ascii_isalpha (text[length]) ? length + 1 : 0;
}

static void
fix_characters (GString *line)
{
  g_autoptr (GString) fixed = g_string_sized_new (line->len);

  for (const char *at = line->str; *at != '\0';)
    {
      gunichar character = g_utf8_get_char (at);
      gsize escape_bytes = terminal_escape_length (at);

      if (escape_bytes > 0)
        {
          at += escape_bytes;
          continue;
        }
      at = g_utf8_next_char (at);
      if (character >= 0x80 && character <= 0x9f)
        character = sf_windows_1252_to_unichar ((guint8) character);
      character = straighten_quote (character);
      if (is_line_break (character))
        {
          if (character != '\r' || *at != '\n')
            g_string_append_c (fixed, '\n');
        }
      else if (!is_unwanted (character) && !append_without_ligature (fixed, character)
               && !append_plain_width (fixed, character))
        {
          g_string_append_unichar (fixed, character);
        }
    }
  g_string_assign (line, fixed->str);
}

static void
fix_line (const SfHtmlEntities *entities, GString *line, gboolean resolve_entities)
{
  g_autofree char *before = NULL;

  for (guint round = 0; round < MAX_ROUNDS && g_strcmp0 (before, line->str) != 0; round++)
    {
      g_autofree char *normal = NULL;

      g_free (before);
      before = g_strdup (line->str);
      if (resolve_entities)
        {
          g_autofree char *resolved = sf_html_entities_resolve_closed (entities, line->str);

          g_string_assign (line, resolved);
        }
      fix_mojibake (line);
      fix_characters (line);
      normal = g_utf8_normalize (line->str, -1, G_NORMALIZE_DEFAULT_COMPOSE);
      g_string_assign (line, normal);
    }
}

char *
sf_text_fix (const SfHtmlEntities *entities, const char *text)
{
  GString *fixed = NULL;
  g_autoptr (GString) line = NULL;
  gboolean resolve_entities = TRUE;

  g_return_val_if_fail (entities != NULL && text != NULL, NULL);

  fixed = g_string_new (NULL);
  line = g_string_new (NULL);
  while (*text != '\0')
    {
      const char *end = strchr (text, '\n');
      gsize n_bytes = end != NULL ? (gsize) (end - text) + 1 : strlen (text);

      g_string_truncate (line, 0);
      g_string_append_len (line, text, n_bytes);
      resolve_entities = resolve_entities && strchr (line->str, '<') == NULL;
      fix_line (entities, line, resolve_entities);
      g_string_append_len (fixed, line->str, line->len);
      text += n_bytes;
    }
  return g_string_free (fixed, FALSE);
}
