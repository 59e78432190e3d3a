/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-tokenizer.h"

#include <string.h>

#include "text/sf-bpe.h"
#include "text/sf-html-entities.h"
#include "text/sf-text-fix.h"
#include "text/sf-text-table.h"

#define MERGES "bpe_simple_vocab_16e6.txt"

struct _SfTokenizer
{
  gatomicrefcount ref_count;
  SfBpe *bpe;
  SfHtmlEntities *entities;
};

static const struct
{
  const char *text;
  gint32 id;
} SPECIAL_TOKENS[] = {
  { "<|startoftext|>", SF_TOKENIZER_BEGIN },
  { "<|endoftext|>", SF_TOKENIZER_END },
};

static const char *const CONTRACTIONS[] = { "'s", "'t", "'re", "'ve", "'m", "'ll", "'d" };

typedef enum
{
  KIND_SPACE,
  KIND_LETTER,
  KIND_DIGIT,
  KIND_OTHER,
} Kind;

SfTokenizer *
sf_tokenizer_new (GError **error)
{
  g_autoptr (GBytes) merges = sf_text_table_load (MERGES, error);
  g_autoptr (SfTokenizer) self = g_new0 (SfTokenizer, 1);

  g_atomic_ref_count_init (&self->ref_count);
  if (merges != NULL)
    self->bpe = sf_bpe_new (g_bytes_get_data (merges, NULL), error);
  if (self->bpe != NULL)
    self->entities = sf_html_entities_new (error);
  return self->entities != NULL ? g_steal_pointer (&self) : NULL;
}

SfTokenizer *
sf_tokenizer_ref (SfTokenizer *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sf_tokenizer_unref (SfTokenizer *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->bpe, sf_bpe_free);
  g_clear_pointer (&self->entities, sf_html_entities_free);
  g_free (self);
}

static Kind
kind_of (gunichar character)
{
  switch (g_unichar_type (character))
    {
    case G_UNICODE_UPPERCASE_LETTER:
    case G_UNICODE_LOWERCASE_LETTER:
    case G_UNICODE_TITLECASE_LETTER:
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_OTHER_LETTER:
      return KIND_LETTER;
    case G_UNICODE_DECIMAL_NUMBER:
    case G_UNICODE_LETTER_NUMBER:
    case G_UNICODE_OTHER_NUMBER:
      return KIND_DIGIT;
    default:
      return g_unichar_isspace (character) ? KIND_SPACE : KIND_OTHER;
    }
}

/* GLib knows the case of letters only: Roman numerals and circled letters have one too. */
static gunichar
lower (gunichar character)
{
  if (character >= 0x2160 && character <= 0x216f)
    return character + 0x10;
  if (character >= 0x24b6 && character <= 0x24cf)
    return character + 0x1a;
  return g_unichar_tolower (character);
}

static gboolean
is_cased (gunichar character)
{
  return g_unichar_isupper (character) || g_unichar_islower (character)
         || g_unichar_istitle (character) || (character >= 0x2160 && character <= 0x217f)
         || (character >= 0x24b6 && character <= 0x24e9);
}

/* Characters that do not count when neighbours of a sigma are looked for. */
static gboolean
is_case_ignorable (gunichar character)
{
  switch (g_unichar_type (character))
    {
    case G_UNICODE_NON_SPACING_MARK:
    case G_UNICODE_ENCLOSING_MARK:
    case G_UNICODE_FORMAT:
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_MODIFIER_SYMBOL:
      return TRUE;
    default:
      return character == '\'' || character == '.' || character == ':' || character == 0xb7
             || character == 0x2019;
    }
}

/* Unicode's Final_Sigma: a cased letter comes before, none after. */
static gboolean
is_final_sigma (const char *text, const char *at)
{
  const char *before = at, *after = at;

  do
    before = g_utf8_find_prev_char (text, before);
  while (before != NULL && is_case_ignorable (g_utf8_get_char (before)));
  do
    after = g_utf8_next_char (after);
  while (*after != '\0' && is_case_ignorable (g_utf8_get_char (after)));
  return before != NULL && is_cased (g_utf8_get_char (before))
         && !is_cased (g_utf8_get_char (after));
}

/* Lower case by Unicode alone, whatever the locale. */
static void
append_lower (GString *out, const char *text, const char *at)
{
  gunichar character = g_utf8_get_char (at);

  if (character == 0x130)
    g_string_append (out, "i\xcc\x87");
  else if (character == 0x3a3)
    g_string_append_unichar (out, is_final_sigma (text, at) ? 0x3c2 : 0x3c3);
  else
    g_string_append_unichar (out, lower (character));
}

/* The text that is cut into words: repaired, single spaces inside, none around, lower case. */
static char *
clean (const SfTokenizer *self, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *fixed = sf_text_fix (self->entities, valid);
  g_autofree char *once = sf_html_entities_resolve (self->entities, fixed);
  g_autofree char *twice = sf_html_entities_resolve (self->entities, once);
  GString *out = g_string_sized_new (strlen (twice));
  gboolean space_before = FALSE;

  for (const char *at = twice; *at != '\0'; at = g_utf8_next_char (at))
    {
      if (g_unichar_isspace (g_utf8_get_char (at)))
        {
          space_before = out->len > 0;
          continue;
        }
      if (space_before)
        g_string_append_c (out, ' ');
      space_before = FALSE;
      append_lower (out, twice, at);
    }
  return g_string_free (out, FALSE);
}

/* The end of the word at @text, which is no space. */
static const char *
word_end (const char *text)
{
  Kind kind = kind_of (g_utf8_get_char (text));

  for (guint i = 0; i < G_N_ELEMENTS (CONTRACTIONS); i++)
    {
      if (g_str_has_prefix (text, CONTRACTIONS[i]))
        return text + strlen (CONTRACTIONS[i]);
    }
  do
    text = g_utf8_next_char (text);
  while (kind != KIND_DIGIT && *text != '\0' && kind_of (g_utf8_get_char (text)) == kind);
  return text;
}

static gboolean
append_special (const char **text, GArray *ids)
{
  for (guint i = 0; i < G_N_ELEMENTS (SPECIAL_TOKENS); i++)
    {
      if (g_str_has_prefix (*text, SPECIAL_TOKENS[i].text))
        {
          g_array_append_val (ids, SPECIAL_TOKENS[i].id);
          *text += strlen (SPECIAL_TOKENS[i].text);
          return TRUE;
        }
    }
  return FALSE;
}

static GArray *
encode (const SfTokenizer *self, const char *text)
{
  g_autofree char *cleaned = clean (self, text);
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint32));

  for (const char *at = cleaned; *at != '\0';)
    {
      const char *end = NULL;

      if (*at == ' ')
        {
          at++;
          continue;
        }
      if (append_special (&at, ids))
        continue;
      end = word_end (at);
      sf_bpe_append (self->bpe, at, (gsize) (end - at), ids);
      at = end;
    }
  return ids;
}

gint32 *
sf_tokenizer_encode (SfTokenizer *self, const char *text, gsize *n_ids)
{
  g_autoptr (GArray) words = NULL;

  g_return_val_if_fail (self != NULL && text != NULL && n_ids != NULL, NULL);

  words = encode (self, text);
  return g_array_steal (words, n_ids);
}

void
sf_tokenizer_encode_77 (SfTokenizer *self, const char *text, gint32 ids[SF_TOKENIZER_CONTEXT])
{
  g_autoptr (GArray) words = NULL;
  guint n_words = 0;

  g_return_if_fail (self != NULL && text != NULL && ids != NULL);

  words = encode (self, text);
  n_words = MIN (words->len, SF_TOKENIZER_CONTEXT - 2);
  ids[0] = SF_TOKENIZER_BEGIN;
  for (guint i = 1; i < SF_TOKENIZER_CONTEXT; i++)
    ids[i] = i <= n_words ? g_array_index (words, gint32, i - 1) : SF_TOKENIZER_END;
}

gsize
sf_tokenizer_count (SfTokenizer *self, const char *text)
{
  g_autoptr (GArray) words = NULL;

  g_return_val_if_fail (self != NULL && text != NULL, 0);

  words = encode (self, text);
  return words->len;
}
