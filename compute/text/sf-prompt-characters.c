/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-prompt-characters.h"

#include <math.h>
#include <string.h>

gboolean
sf_prompt_is_space (gunichar character)
{
  return g_unichar_isspace (character) || character == '\v' || character == 0x85
         || (character >= 0x1c && character <= 0x1f);
}

gboolean
sf_prompt_is_word (gunichar character)
{
  return g_unichar_isalnum (character) || character == '_';
}

const char *
sf_prompt_skip_space (const char *text, const char *end)
{
  while (text < end && sf_prompt_is_space (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return text;
}

const char *
sf_prompt_strip_space (const char *text, const char *end)
{
  while (end > text)
    {
      const char *last = g_utf8_find_prev_char (text, end);

      if (!sf_prompt_is_space (g_utf8_get_char (last)))
        break;
      end = last;
    }
  return end;
}

static gboolean
is_word_at (const char *text, const char *end, const char *at, gsize n_bytes)
{
  const char *before = g_utf8_find_prev_char (text, at);
  const char *after = at + n_bytes;

  return (before == NULL || !sf_prompt_is_word (g_utf8_get_char (before)))
         && (after == end || !sf_prompt_is_word (g_utf8_get_char (after)));
}

const char *
sf_prompt_find_word (const char *text, const char *end, const char *word)
{
  gsize n_bytes = strlen (word);
  const char *at = text;

  while ((at = g_strstr_len (at, end - at, word)) != NULL)
    {
      if (is_word_at (text, end, at, n_bytes))
        return at;
      at += n_bytes;
    }
  return NULL;
}

gboolean
sf_prompt_read_number (const char *text, const char *end, double *number)
{
  const char *start = sf_prompt_skip_space (text, end);
  gsize n_bytes = (gsize) (sf_prompt_strip_space (start, end) - start);
  g_autofree char *digits = g_strndup (start, n_bytes);
  char *rest = NULL;
  double value = 0;

  if (n_bytes == 0 || strspn (digits, "+-.0123456789eE") != n_bytes)
    return FALSE;
  value = g_ascii_strtod (digits, &rest);
  if (*rest != '\0' || !isfinite (value))
    return FALSE;
  *number = value;
  return TRUE;
}
