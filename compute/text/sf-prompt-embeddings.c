/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-prompt-embeddings.h"

#include <string.h>

#include "text/sf-prompt-chunk.h"

static const char *const SUFFIXES[] = { ".safetensors", ".pt", ".bin" };

struct _SfPromptEmbeddingTable
{
  const SfPromptEmbeddings *source;
  GHashTable *by_name;     /* owns the SfPromptEmbeddings */
  GHashTable *by_first_id; /* GPtrArray of them, the longest first */
};

static void
free_embedding (gpointer data)
{
  SfPromptEmbedding *self = data;

  g_free (self->name);
  g_free (self->ids);
  g_free (self);
}

static int
compare_lengths (gconstpointer a, gconstpointer b)
{
  const SfPromptEmbedding *first = *(const SfPromptEmbedding *const *) a;
  const SfPromptEmbedding *second = *(const SfPromptEmbedding *const *) b;

  if (first->n_ids != second->n_ids)
    return first->n_ids > second->n_ids ? -1 : 1;
  return strcmp (first->name, second->name);
}

static void
add_name (SfPromptEmbeddingTable *self, SfTokenizer *tokenizer, const char *name)
{
  SfPromptEmbedding *embedding = g_new0 (SfPromptEmbedding, 1);
  GPtrArray *candidates = NULL;

  embedding->name = g_strdup (name);
  embedding->ids = sf_tokenizer_encode (tokenizer, name, &embedding->n_ids);
  if (!g_hash_table_insert (self->by_name, embedding->name, embedding) || embedding->n_ids == 0)
    return;
  candidates = g_hash_table_lookup (self->by_first_id, GINT_TO_POINTER (embedding->ids[0]));
  if (candidates == NULL)
    {
      candidates = g_ptr_array_new ();
      g_hash_table_insert (self->by_first_id, GINT_TO_POINTER (embedding->ids[0]), candidates);
    }
  g_ptr_array_add (candidates, embedding);
}

SfPromptEmbeddingTable *
sf_prompt_embedding_table_new (SfTokenizer *tokenizer, const SfPromptEmbeddings *embeddings)
{
  SfPromptEmbeddingTable *self = NULL;
  GHashTableIter iter;
  gpointer candidates = NULL;

  g_return_val_if_fail (tokenizer != NULL && embeddings != NULL, NULL);

  self = g_new0 (SfPromptEmbeddingTable, 1);
  self->source = embeddings;
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_embedding);
  self->by_first_id = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; embeddings->names != NULL && embeddings->names[i] != NULL; i++)
    {
      if (!g_hash_table_contains (self->by_name, embeddings->names[i]))
        add_name (self, tokenizer, embeddings->names[i]);
    }
  g_hash_table_iter_init (&iter, self->by_first_id);
  while (g_hash_table_iter_next (&iter, NULL, &candidates))
    g_ptr_array_sort (candidates, compare_lengths);
  return self;
}

void
sf_prompt_embedding_table_free (SfPromptEmbeddingTable *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->by_first_id);
  g_hash_table_unref (self->by_name);
  g_free (self);
}

static const SfPromptEmbedding *
look_up (const SfPromptEmbeddingTable *self, SfPromptEmbedding *embedding)
{
  if (!embedding->is_looked_up)
    {
      embedding->is_looked_up = TRUE;
      embedding->embedding = self->source->find (embedding->name, &embedding->n_vectors,
                                                 self->source->user_data);
      if (embedding->n_vectors == 0 || embedding->n_vectors > SF_PROMPT_CHUNK_TOKENS)
        embedding->embedding = NULL;
    }
  return embedding->embedding != NULL ? embedding : NULL;
}

const SfPromptEmbedding *
sf_prompt_embedding_table_match (SfPromptEmbeddingTable *self, const gint32 *ids, gsize n_ids)
{
  GPtrArray *candidates = NULL;

  g_return_val_if_fail (self != NULL && ids != NULL && n_ids > 0, NULL);

  candidates = g_hash_table_lookup (self->by_first_id, GINT_TO_POINTER (ids[0]));
  for (guint i = 0; candidates != NULL && i < candidates->len; i++)
    {
      SfPromptEmbedding *candidate = candidates->pdata[i];

      if (candidate->n_ids <= n_ids
          && memcmp (candidate->ids, ids, candidate->n_ids * sizeof *ids) == 0
          && look_up (self, candidate) != NULL)
        return candidate;
    }
  return NULL;
}

const SfPromptEmbedding *
sf_prompt_embedding_table_find (SfPromptEmbeddingTable *self, const char *name)
{
  SfPromptEmbedding *embedding = NULL;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  embedding = g_hash_table_lookup (self->by_name, name);
  for (guint i = 0; embedding == NULL && i < G_N_ELEMENTS (SUFFIXES); i++)
    {
      if (g_str_has_suffix (name, SUFFIXES[i]))
        {
          g_autofree char *stem = g_strndup (name, strlen (name) - strlen (SUFFIXES[i]));

          embedding = g_hash_table_lookup (self->by_name, stem);
        }
    }
  return embedding != NULL ? look_up (self, embedding) : NULL;
}
