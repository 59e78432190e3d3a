/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "text/sf-tokenizer.h"

G_BEGIN_DECLS

/* The textual inversions that a prompt may name: bare in A1111's grammar, "embedding:NAME" in
 * ComfyUI's. */
typedef struct
{
  const char *const *names; /* NULL-terminated, or NULL */
  /* Called while a plan is made, once for each name that the prompt has. Returns what the replacements
   * will carry, alive as long as the plan, and its number of vectors; NULL: the name is mere text. So is
   * the name of one that does not fit into a chunk. */
  gconstpointer (*find) (const char *name, guint *n_vectors, gpointer user_data);
  gpointer user_data;
} SfPromptEmbeddings;

typedef struct
{
  char *name;
  gint32 *ids; /* the name's tokens */
  gsize n_ids;
  gboolean is_looked_up;
  gconstpointer embedding; /* NULL if there is none */
  guint n_vectors;
} SfPromptEmbedding;

/**
 * SfPromptEmbeddingTable: finds the names in tokens, and what they name.
 *
 * For one thread. @embeddings are borrowed.
 */
typedef struct _SfPromptEmbeddingTable SfPromptEmbeddingTable;

SfPromptEmbeddingTable *sf_prompt_embedding_table_new (SfTokenizer *tokenizer,
                                                       const SfPromptEmbeddings *embeddings)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_prompt_embedding_table_free (SfPromptEmbeddingTable *self);

/* The embedding with the longest name that the tokens begin with, or NULL. */
const SfPromptEmbedding *sf_prompt_embedding_table_match (SfPromptEmbeddingTable *self,
                                                          const gint32 *ids, gsize n_ids);

/* The embedding of exactly this name, with the suffix of a file or without, or NULL. */
const SfPromptEmbedding *sf_prompt_embedding_table_find (SfPromptEmbeddingTable *self,
                                                         const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfPromptEmbeddingTable, sf_prompt_embedding_table_free)

G_END_DECLS
