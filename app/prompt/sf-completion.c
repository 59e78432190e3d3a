/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-completion.h"

#include <string.h>

#define MAX_DEPTH 8

/* A word, sorted by its key. */
typedef struct
{
  char *key; /* case-folded */
  char *text;
  SfCompletionKind kind;
  guint n_uses;
} Word;

struct _SfCompletion
{
  gatomicrefcount n_references;
  GArray *words; /* of Word, by key */
};

static void
word_clear (gpointer data)
{
  Word *word = data;

  g_free (word->key);
  g_free (word->text);
}

static void
add_word (SfCompletion *self, SfCompletionKind kind, char *text, guint n_uses)
{
  Word word = { g_utf8_casefold (text, -1), text, kind, n_uses };

  g_array_append_val (self->words, word);
}

/* "name" of "name.suffix" where the suffix is one of the kind's. */
static char *
dup_stem (SfCompletionKind kind, const char *name)
{
  static const char *const suffixes[][5] = {
    [SF_COMPLETION_EMBEDDING] = { ".pt", ".bin", ".safetensors", ".png" },
    [SF_COMPLETION_WILDCARD] = { ".txt" },
  };

  for (guint i = 0; suffixes[kind][i] != NULL; i++)
    if (g_str_has_suffix (name, suffixes[kind][i]))
      return g_strndup (name, strlen (name) - strlen (suffixes[kind][i]));
  return NULL;
}

/* Embeddings are known by their bare names, wildcards by their path within the folder. */
static void
add_file (SfCompletion *self, SfCompletionKind kind, const char *folder, const char *name)
{
  g_autofree char *stem = dup_stem (kind, name);
  g_autofree char *display = stem != NULL ? g_filename_display_name (stem) : NULL;

  if (stem == NULL)
    return;
  if (kind == SF_COMPLETION_EMBEDDING)
    add_word (self, kind, g_steal_pointer (&display), 0);
  else
    add_word (self, kind, g_strdup_printf ("__%s%s__", folder, display), 0);
}

/* @below: "" or the path from the first folder on, with a slash behind it. */
static void
add_folder (SfCompletion *self, SfCompletionKind kind, const char *path, const char *below,
            guint depth, guint *n_seen)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL
         && (*n_seen)++ < SF_COMPLETION_MAX_FILES)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_REGULAR))
        add_file (self, kind, below, name);
      else if (depth < MAX_DEPTH && g_file_test (child, G_FILE_TEST_IS_DIR))
        {
          g_autofree char *deeper = g_strconcat (below, name, "/", NULL);

          add_folder (self, kind, child, deeper, depth + 1, n_seen);
        }
    }
}

static gboolean
divides (char c)
{
  return c == '\0' || strchr (",\n()[]{}|<>", c) != NULL;
}

/* A phrase without the weight behind it. */
static char *
dup_tag (const char *start, const char *end)
{
  const char *colon = g_strrstr_len (start, end - start, ":");
  char *tag;

  if (colon != NULL && (g_ascii_isdigit (colon[1]) || colon[1] == '.'))
    end = colon;
  tag = g_strstrip (g_strndup (start, (gsize) (end - start)));
  if (g_utf8_strlen (tag, -1) > SF_COMPLETION_MIN_CHARACTERS
      && g_utf8_strlen (tag, -1) <= SF_COMPLETION_MAX_TAG && !g_str_has_prefix (tag, "__"))
    return tag;
  g_free (tag);
  return NULL;
}

static void
count_tags (GHashTable *counts, const char *prompt)
{
  const char *start = prompt;

  for (const char *at = prompt;; at++)
    if (divides (*at))
      {
        char *tag = dup_tag (start, at);

        /* A new phrase among very many has no chance to be frequent any more. */
        if (tag != NULL
            && (g_hash_table_size (counts) < 10 * SF_COMPLETION_MAX_TAGS
                || g_hash_table_contains (counts, tag)))
          {
            guint n_uses = GPOINTER_TO_UINT (g_hash_table_lookup (counts, tag));

            g_hash_table_insert (counts, tag, GUINT_TO_POINTER (n_uses + 1));
          }
        else
          g_free (tag);
        if (*at == '\0')
          return;
        start = at + 1;
      }
}

static int
compare_uses (gconstpointer a, gconstpointer b)
{
  const Word *first = a, *second = b;

  return (first->n_uses < second->n_uses) - (first->n_uses > second->n_uses);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (((const Word *) a)->key, ((const Word *) b)->key);
}

static void
add_tags (SfCompletion *self, const char *const *prompts)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer tag, n_uses;

  for (; *prompts != NULL; prompts++)
    count_tags (counts, *prompts);
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &tag, &n_uses))
    add_word (self, SF_COMPLETION_TAG, g_strdup (tag), GPOINTER_TO_UINT (n_uses));

  g_array_sort (self->words, compare_uses);
  if (self->words->len > SF_COMPLETION_MAX_TAGS)
    g_array_set_size (self->words, SF_COMPLETION_MAX_TAGS);
}

SfCompletion *
sf_completion_new (const char *embeddings, const char *wildcards, const char *const *prompts)
{
  SfCompletion *self = g_new0 (SfCompletion, 1);
  guint n_seen = 0;

  g_atomic_ref_count_init (&self->n_references);
  self->words = g_array_new (FALSE, FALSE, sizeof (Word));
  g_array_set_clear_func (self->words, word_clear);
  if (prompts != NULL)
    add_tags (self, prompts);
  if (embeddings != NULL)
    add_folder (self, SF_COMPLETION_EMBEDDING, embeddings, "", 0, &n_seen);
  n_seen = 0;
  if (wildcards != NULL)
    add_folder (self, SF_COMPLETION_WILDCARD, wildcards, "", 0, &n_seen);
  g_array_sort (self->words, compare_keys);
  return self;
}

SfCompletion *
sf_completion_ref (SfCompletion *self)
{
  g_atomic_ref_count_inc (&self->n_references);
  return self;
}

void
sf_completion_unref (SfCompletion *self)
{
  if (!g_atomic_ref_count_dec (&self->n_references))
    return;
  g_array_unref (self->words);
  g_free (self);
}

/* The first word whose key is not before @key. */
static guint
find_first (const SfCompletion *self, const char *key)
{
  guint low = 0, high = self->words->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (strcmp (g_array_index (self->words, Word, middle).key, key) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Files before tags, frequent tags before rare ones, then as they are sorted. */
static int
compare_worth (gconstpointer a, gconstpointer b)
{
  const Word *first = *(const Word *const *) a, *second = *(const Word *const *) b;
  gboolean first_is_tag = first->kind == SF_COMPLETION_TAG;
  gboolean second_is_tag = second->kind == SF_COMPLETION_TAG;

  if (first_is_tag != second_is_tag)
    return first_is_tag - second_is_tag;
  return compare_uses (first, second) != 0 ? compare_uses (first, second)
                                           : compare_keys (first, second);
}

static gboolean
has_match (GArray *matches, const char *text)
{
  for (guint i = 0; i < matches->len; i++)
    if (g_str_equal (g_array_index (matches, SfCompletionMatch, i).text, text))
      return TRUE;
  return FALSE;
}

static void
find_from (const SfCompletion *self, const char *prompt, gsize start, gsize caret, GArray *matches)
{
  g_autofree char *typed = g_strndup (prompt + start, caret - start);
  g_autofree char *key = g_utf8_casefold (typed, -1);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  if (g_utf8_strlen (typed, -1) < SF_COMPLETION_MIN_CHARACTERS)
    return;
  for (guint i = find_first (self, key); i < self->words->len; i++)
    {
      Word *word = &g_array_index (self->words, Word, i);

      if (!g_str_has_prefix (word->key, key))
        break;
      if (!g_str_equal (word->key, key))
        g_ptr_array_add (words, word);
    }
  g_ptr_array_sort (words, compare_worth);

  for (guint i = 0; i < words->len && matches->len < SF_COMPLETION_MAX_MATCHES; i++)
    {
      const Word *word = words->pdata[i];
      SfCompletionMatch match = { word->kind, word->text, start };

      if (!has_match (matches, word->text))
        g_array_append_val (matches, match);
    }
}

GArray *
sf_completion_find (const SfCompletion *self, const char *prompt, gsize caret)
{
  GArray *matches = g_array_new (FALSE, FALSE, sizeof (SfCompletionMatch));
  gsize phrase = caret;

  g_return_val_if_fail (caret <= strlen (prompt), matches);

  if (!divides (prompt[caret]) && !g_ascii_isspace (prompt[caret]))
    return matches;
  while (phrase > 0 && !divides (prompt[phrase - 1]))
    phrase--;
  while (phrase < caret && g_ascii_isspace (prompt[phrase]))
    phrase++;

  gsize word = caret;
  while (word > phrase && !g_ascii_isspace (prompt[word - 1]))
    word--;
  find_from (self, prompt, phrase, caret, matches);
  if (word != phrase)
    find_from (self, prompt, word, caret, matches);
  return matches;
}

SfPromptEdit *
sf_completion_make_edit (const SfCompletionMatch *match, gsize caret)
{
  SfPromptEdit *edit = g_new0 (SfPromptEdit, 1);

  edit->start = match->start;
  edit->end = caret;
  edit->text = g_strdup (match->text);
  edit->select_start = edit->select_end = match->start + strlen (match->text);
  return edit;
}
