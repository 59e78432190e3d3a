/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-words.h"

#define MAX_WORDS 32

static gboolean
is_dense (gunichar character)
{
  switch (g_unichar_get_script (character))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_BOPOMOFO:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return TRUE;
    default:
      return FALSE;
    }
}

char *
sf_words_for_index (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *words = g_string_sized_new (strlen (valid));

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      g_string_append_unichar (words, character);
      if (is_dense (character))
        g_string_append_c (words, ' ');
    }
  return g_string_free (words, FALSE);
}

/* Whether the index has a word for it. */
static gboolean
has_word (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_isalnum (g_utf8_get_char (text)))
      return TRUE;
  return FALSE;
}

/* One word or phrase as an FTS5 string. */
static void
append_term (GString *query, const char *term, gsize n_bytes, gboolean is_open)
{
  g_autofree char *bare = g_strndup (term, n_bytes);
  g_autofree char *words = sf_words_for_index (bare);

  g_strdelimit (words, "\"", ' ');
  g_string_append_printf (query, "\"%s\"%s", g_strchomp (words), is_open ? "*" : "");
}

typedef struct
{
  const char *at;
  gsize n_bytes;
  gboolean excluded;
  gboolean is_open; /* may go on */
} Term;

/* The next word or phrase behind *@at. */
static gboolean
take_term (const char **at, Term *term)
{
  while (g_ascii_isspace (**at))
    (*at)++;
  if (**at == '\0')
    return FALSE;

  term->excluded = **at == '-';
  if (term->excluded)
    (*at)++;
  gboolean quoted = **at == '"';
  if (quoted)
    (*at)++;
  term->at = *at;
  while (**at != '\0' && (quoted ? **at != '"' : !g_ascii_isspace (**at)))
    (*at)++;
  term->n_bytes = (gsize) (*at - term->at);
  term->is_open = **at == '\0';
  if (**at == '"')
    (*at)++;
  return TRUE;
}

char *
sf_words_for_query (const char *typed)
{
  g_autofree char *valid = g_utf8_make_valid (typed, -1);
  g_autoptr (GString) wanted = g_string_new (NULL);
  g_autoptr (GString) unwanted = g_string_new (NULL);
  const char *at = valid;
  Term term;

  for (guint i = 0; i < MAX_WORDS && take_term (&at, &term); i++)
    {
      g_autofree char *bare = g_strndup (term.at, term.n_bytes);

      if (!has_word (bare))
        continue;
      if (term.excluded)
        {
          g_string_append (unwanted, " NOT ");
          append_term (unwanted, term.at, term.n_bytes, FALSE);
        }
      else
        {
          if (wanted->len > 0)
            g_string_append (wanted, " AND ");
          append_term (wanted, term.at, term.n_bytes, term.is_open);
        }
    }
  if (wanted->len == 0)
    return NULL;
  g_string_append_len (wanted, unwanted->str, (gssize) unwanted->len);
  return g_string_free (g_steal_pointer (&wanted), FALSE);
}
