/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-bpe.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#define N_BYTES 256
#define FIRST_MERGE (2 * N_BYTES)
#define WORD_END "</w>"
#define NOTHING (-1)

typedef struct
{
  gint32 left;
  gint32 right;
  gint32 merged;
} Merge;

struct _SfBpe
{
  gint32 id_of_byte[N_BYTES];
  GArray *merges; /* of Merge, by left and right */
};

/* A word on its way: a chain of symbols, and the merges that are possible in it as a binary
 * heap of "token << 32 | position", the least on top. Entries that a later merge has made
 * impossible stay until they come up. */
typedef struct
{
  const SfBpe *bpe;
  gint32 *symbols; /* NOTHING where merged into the left neighbour */
  gssize *previous;
  gssize *next;
  GArray *heap;
} Word;

/* Printable bytes of Latin-1 come first in the vocabulary and stand for themselves
 * in the table; the others follow, written as U+0100 and up. */
static gboolean
stands_for_itself (guint byte)
{
  return (byte > ' ' && byte < 0x7f) || (byte > 0xa0 && byte != 0xad);
}

static void
add_symbol (GHashTable *ids, gunichar character, const char *suffix, gint32 id)
{
  GString *symbol = g_string_new (NULL);

  g_string_append_unichar (symbol, character);
  g_string_append (symbol, suffix);
  g_hash_table_insert (ids, g_string_free (symbol, FALSE), GINT_TO_POINTER (id));
}

static void
add_bytes (SfBpe *self, GHashTable *ids)
{
  gint32 id = 0;

  for (guint pass = 0; pass < 2; pass++)
    {
      for (guint byte = 0, n_others = 0; byte < N_BYTES; byte++)
        {
          gunichar character = stands_for_itself (byte) ? byte : N_BYTES + n_others++;

          if (stands_for_itself (byte) != (pass == 0))
            continue;
          self->id_of_byte[byte] = id;
          add_symbol (ids, character, "", id);
          add_symbol (ids, character, WORD_END, N_BYTES + id);
          id++;
        }
    }
}

/* Cuts the line "left right" in two. */
static gboolean
add_merge (SfBpe *self, GHashTable *ids, char *line)
{
  char *space = strchr (line, ' ');
  gpointer left = NULL, right = NULL;
  Merge merge = { 0 };

  if (space == NULL)
    return FALSE;
  *space = '\0';
  if (!g_hash_table_lookup_extended (ids, line, NULL, &left)
      || !g_hash_table_lookup_extended (ids, space + 1, NULL, &right))
    return FALSE;

  merge.left = GPOINTER_TO_INT (left);
  merge.right = GPOINTER_TO_INT (right);
  merge.merged = (gint32) (FIRST_MERGE + self->merges->len);
  g_hash_table_insert (ids, g_strconcat (line, space + 1, NULL), GINT_TO_POINTER (merge.merged));
  g_array_append_val (self->merges, merge);
  return TRUE;
}

static int
compare_merges (gconstpointer a, gconstpointer b)
{
  const Merge *first = a, *second = b;

  if (first->left != second->left)
    return first->left < second->left ? -1 : 1;
  return (first->right > second->right) - (first->right < second->right);
}

SfBpe *
sf_bpe_new (const char *table, GError **error)
{
  g_autoptr (SfBpe) self = NULL;
  g_autoptr (GHashTable) ids = NULL;
  g_autofree char *lines = NULL;
  char *line = NULL, *end = NULL;

  g_return_val_if_fail (table != NULL, NULL);

  self = g_new0 (SfBpe, 1);
  self->merges = g_array_new (FALSE, FALSE, sizeof (Merge));
  ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  add_bytes (self, ids);

  lines = g_strdup (table);
  line = strchr (lines, '\n');
  for (line = line != NULL ? line + 1 : lines; (end = strchr (line, '\n')) != NULL; line = end + 1)
    {
      *end = '\0';
      if (!add_merge (self, ids, line))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("the merge table of the tokenizer is damaged in line %u"),
                       self->merges->len + 2);
          return NULL;
        }
    }
  g_array_sort (self->merges, compare_merges);
  return g_steal_pointer (&self);
}

void
sf_bpe_free (SfBpe *self)
{
  g_return_if_fail (self != NULL);

  g_array_unref (self->merges);
  g_free (self);
}

static gint32
find_merge (const SfBpe *self, gint32 left, gint32 right)
{
  Merge key = { left, right, NOTHING };
  const Merge *found = bsearch (&key, self->merges->data, self->merges->len, sizeof key,
                                compare_merges);

  return found != NULL ? found->merged : NOTHING;
}

static void
heap_push (GArray *heap, guint64 entry)
{
  guint64 *entries = NULL;
  guint at = heap->len;

  g_array_append_val (heap, entry);
  entries = (guint64 *) heap->data;
  for (; at > 0 && entries[(at - 1) / 2] > entry; at = (at - 1) / 2)
    entries[at] = entries[(at - 1) / 2];
  entries[at] = entry;
}

static guint64
heap_pop (GArray *heap)
{
  guint64 *entries = (guint64 *) heap->data;
  guint64 top = entries[0];
  guint64 last = entries[heap->len - 1];
  guint at = 0, child = 0;

  g_array_set_size (heap, heap->len - 1);
  while ((child = 2 * at + 1) < heap->len)
    {
      if (child + 1 < heap->len && entries[child + 1] < entries[child])
        child++;
      if (entries[child] >= last)
        break;
      entries[at] = entries[child];
      at = child;
    }
  if (heap->len > 0)
    entries[at] = last;
  return top;
}

/* What the symbol at @at can become together with the next one. */
static gint32
merge_at (const Word *self, gssize at)
{
  if (self->symbols[at] == NOTHING || self->next[at] == NOTHING)
    return NOTHING;
  return find_merge (self->bpe, self->symbols[at], self->symbols[self->next[at]]);
}

static void
propose (Word *self, gssize at)
{
  gint32 merged = merge_at (self, at);

  if (merged != NOTHING)
    heap_push (self->heap, (guint64) merged << 32 | (guint64) at);
}

static void
merge_symbols (Word *self)
{
  while (self->heap->len > 0)
    {
      guint64 entry = heap_pop (self->heap);
      gssize at = (gssize) (entry & G_MAXUINT32);
      gssize removed = 0;

      if (merge_at (self, at) != (gint32) (entry >> 32))
        continue;
      removed = self->next[at];
      self->symbols[at] = (gint32) (entry >> 32);
      self->symbols[removed] = NOTHING;
      self->next[at] = self->next[removed];
      if (self->next[at] != NOTHING)
        self->previous[self->next[at]] = at;
      if (self->previous[at] != NOTHING)
        propose (self, self->previous[at]);
      propose (self, at);
    }
}

void
sf_bpe_append (const SfBpe *self, const char *word, gsize n_bytes, GArray *ids)
{
  g_autofree gint32 *symbols = NULL;
  g_autofree gssize *previous = NULL, *next = NULL;
  g_autoptr (GArray) heap = NULL;
  Word state = { 0 };

  g_return_if_fail (self != NULL && word != NULL && ids != NULL);
  g_return_if_fail (n_bytes > 0 && n_bytes < G_MAXUINT32);

  symbols = g_new (gint32, n_bytes);
  previous = g_new (gssize, n_bytes);
  next = g_new (gssize, n_bytes);
  heap = g_array_new (FALSE, FALSE, sizeof (guint64));
  state = (Word){ self, symbols, previous, next, heap };
  for (gsize i = 0; i < n_bytes; i++)
    {
      symbols[i] = self->id_of_byte[(guchar) word[i]];
      previous[i] = (gssize) i - 1;
      next[i] = i + 1 < n_bytes ? (gssize) i + 1 : NOTHING;
    }
  symbols[n_bytes - 1] += N_BYTES;

  for (gsize i = 0; i < n_bytes; i++)
    propose (&state, (gssize) i);
  merge_symbols (&state);
  for (gssize at = 0; at != NOTHING; at = next[at])
    g_array_append_val (ids, symbols[at]);
}
