/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-prompt-chunker.h"

#include <string.h>

#define NO_COMMA G_MAXUINT
#define COMFYUI_LONG_WORD 8
#define COMFYUI_EMBEDDING "embedding:"

/* A chunk on its way, and those before it. */
typedef struct
{
  const SfPromptChunker *chunker;
  GArray *chunks;
  gint32 ids[SF_PROMPT_CHUNK_TOKENS];
  float weights[SF_PROMPT_CHUNK_TOKENS];
  guint n_tokens;
  GArray *replacements;
  guint last_comma;
} Cutter;

static void
clear_chunk (gpointer chunk)
{
  sf_prompt_chunk_clear (chunk);
}

static void
cutter_init (Cutter *self, const SfPromptChunker *chunker)
{
  *self = (Cutter){ .chunker = chunker, .last_comma = NO_COMMA };
  self->chunks = g_array_new (FALSE, FALSE, sizeof (SfPromptChunk));
  g_array_set_clear_func (self->chunks, clear_chunk);
  self->replacements = g_array_new (FALSE, FALSE, sizeof (SfPromptReplacement));
}

static void
add_token (Cutter *self, gint32 id, double weight)
{
  g_assert (self->n_tokens < SF_PROMPT_CHUNK_TOKENS);

  self->ids[self->n_tokens] = id;
  self->weights[self->n_tokens] = (float) weight;
  self->n_tokens++;
}

static void
add_vector (Cutter *self, const SfPromptEmbedding *embedding, guint index, double weight)
{
  SfPromptReplacement replacement = { self->n_tokens + 1, index, embedding->embedding };

  g_array_append_val (self->replacements, replacement);
  add_token (self, 0, weight);
}

/* Everything after the first end token is padding. */
static void
finish_chunk (Cutter *self)
{
  SfPromptChunk chunk;
  gboolean has_ended = FALSE;

  sf_prompt_chunk_init_empty (&chunk, SF_TOKENIZER_END);
  memcpy (chunk.ids + 1, self->ids, self->n_tokens * sizeof *self->ids);
  memcpy (chunk.weights + 1, self->weights, self->n_tokens * sizeof *self->weights);
  for (guint i = 1; i < SF_TOKENIZER_CONTEXT; i++)
    {
      if (has_ended)
        chunk.ids[i] = self->chunker->pad;
      has_ended = has_ended || chunk.ids[i] == SF_TOKENIZER_END;
    }
  chunk.n_replacements = self->replacements->len;
  if (chunk.n_replacements > 0)
    chunk.replacements = g_memdup2 (self->replacements->data,
                                    chunk.n_replacements * sizeof (SfPromptReplacement));
  g_array_append_val (self->chunks, chunk);
  g_array_set_size (self->replacements, 0);
  self->n_tokens = 0;
  self->last_comma = NO_COMMA;
}

static GArray *
cutter_finish (Cutter *self, gsize *n_tokens)
{
  *n_tokens = (gsize) self->chunks->len * SF_PROMPT_CHUNK_TOKENS + self->n_tokens;
  if (self->n_tokens > 0 || self->chunks->len == 0)
    finish_chunk (self);
  g_array_unref (self->replacements);
  return self->chunks;
}

/* Moves what follows the last comma of a full chunk to the next one. */
static void
break_at_comma (Cutter *self)
{
  guint kept = self->last_comma + 1;
  guint n_moved = self->n_tokens - kept;
  gint32 ids[SF_PROMPT_CHUNK_TOKENS];
  float weights[SF_PROMPT_CHUNK_TOKENS];

  memcpy (ids, self->ids + kept, n_moved * sizeof *ids);
  memcpy (weights, self->weights + kept, n_moved * sizeof *weights);
  self->n_tokens = kept;
  finish_chunk (self);
  memcpy (self->ids, ids, n_moved * sizeof *ids);
  memcpy (self->weights, weights, n_moved * sizeof *weights);
  self->n_tokens = n_moved;
}

static void
make_room_a1111 (Cutter *self, gboolean is_comma)
{
  guint backtracking = self->chunker->comma_backtracking;

  if (is_comma)
    self->last_comma = self->n_tokens;
  else if (backtracking > 0 && self->n_tokens == SF_PROMPT_CHUNK_TOKENS
           && self->last_comma != NO_COMMA && self->n_tokens - self->last_comma <= backtracking)
    break_at_comma (self);
  if (self->n_tokens == SF_PROMPT_CHUNK_TOKENS)
    finish_chunk (self);
}

static void
add_span_a1111 (Cutter *self, const gint32 *ids, gsize n_ids, double weight, gint32 comma)
{
  const SfPromptEmbedding *embedding = NULL;

  for (gsize at = 0; at < n_ids; at += embedding != NULL ? embedding->n_ids : 1)
    {
      make_room_a1111 (self, ids[at] == comma);
      embedding = sf_prompt_embedding_table_match (self->chunker->embeddings, ids + at, n_ids - at);
      if (embedding == NULL)
        {
          add_token (self, ids[at], weight);
          continue;
        }
      if (self->n_tokens + embedding->n_vectors > SF_PROMPT_CHUNK_TOKENS)
        finish_chunk (self);
      for (guint i = 0; i < embedding->n_vectors; i++)
        add_vector (self, embedding, i, weight);
    }
}

GArray *
sf_prompt_chunker_cut_a1111 (const SfPromptChunker *self, const SfPromptWeights *weights,
                             gsize *n_tokens)
{
  g_autofree gint32 *comma = NULL;
  gsize n_ids = 0;
  Cutter cutter;

  g_return_val_if_fail (self != NULL && weights != NULL && n_tokens != NULL, NULL);

  comma = sf_tokenizer_encode (self->tokenizer, ",", &n_ids);
  cutter_init (&cutter, self);
  for (guint i = 0; i < weights->spans->len; i++)
    {
      const SfPromptSpan *span = &g_array_index (weights->spans, SfPromptSpan, i);
      g_autofree char *text = g_strndup (weights->text->str + span->start, span->n_bytes);
      g_autofree gint32 *ids = NULL;

      if (sf_prompt_weights_is_break (weights, span))
        {
          finish_chunk (&cutter);
          continue;
        }
      ids = sf_tokenizer_encode (self->tokenizer, text, &n_ids);
      add_span_a1111 (&cutter, ids, n_ids, span->weight, *comma);
    }
  return cutter_finish (&cutter, n_tokens);
}

/* Makes room for the next of @n_left tokens of a word. */
static void
make_room_comfyui (Cutter *self, gsize n_left, gboolean is_long)
{
  if (self->n_tokens == SF_PROMPT_CHUNK_TOKENS
      || (!is_long && self->n_tokens + n_left > SF_PROMPT_CHUNK_TOKENS))
    finish_chunk (self);
}

static void
add_word (Cutter *self, const char *word, double weight)
{
  gsize n_ids = 0;
  g_autofree gint32 *ids = sf_tokenizer_encode (self->chunker->tokenizer, word, &n_ids);

  for (gsize i = 0; i < n_ids; i++)
    {
      make_room_comfyui (self, n_ids - i, n_ids >= COMFYUI_LONG_WORD);
      add_token (self, ids[i], weight);
    }
}

static void
add_embedding (Cutter *self, const SfPromptEmbedding *embedding, double weight)
{
  for (guint i = 0; i < embedding->n_vectors; i++)
    {
      make_room_comfyui (self, embedding->n_vectors - i, embedding->n_vectors >= COMFYUI_LONG_WORD);
      add_vector (self, embedding, i, weight);
    }
}

/* "embedding:NAME", around which commas are forgiven; they are words then. */
static void
add_named_embedding (Cutter *self, const char *name, double weight)
{
  const SfPromptEmbedding *embedding = sf_prompt_embedding_table_find (self->chunker->embeddings,
                                                                       name);
  const char *left_over = "";

  if (embedding == NULL)
    {
      const char *start = name + strspn (name, ",");
      g_autofree char *stripped = g_strdup (start);
      gsize n_bytes = strlen (stripped);

      while (n_bytes > 0 && stripped[n_bytes - 1] == ',')
        stripped[--n_bytes] = '\0';
      if (n_bytes < strlen (name))
        {
          embedding = sf_prompt_embedding_table_find (self->chunker->embeddings, stripped);
          left_over = name + n_bytes;
        }
    }
  if (embedding != NULL)
    add_embedding (self, embedding, weight);
  add_word (self, left_over, weight);
}

GArray *
sf_prompt_chunker_cut_comfyui (const SfPromptChunker *self, const SfPromptWeights *weights,
                               gsize *n_tokens)
{
  Cutter cutter;

  g_return_val_if_fail (self != NULL && weights != NULL && n_tokens != NULL, NULL);

  cutter_init (&cutter, self);
  for (guint i = 0; i < weights->spans->len; i++)
    {
      const SfPromptSpan *span = &g_array_index (weights->spans, SfPromptSpan, i);
      g_autofree char *text = g_strndup (weights->text->str + span->start, span->n_bytes);
      g_auto (GStrv) words = g_strsplit_set (text, " \n", -1);

      for (guint j = 0; words[j] != NULL; j++)
        {
          if (g_str_has_prefix (words[j], COMFYUI_EMBEDDING))
            add_named_embedding (&cutter, words[j] + strlen (COMFYUI_EMBEDDING), span->weight);
          else if (*words[j] != '\0')
            add_word (&cutter, words[j], span->weight);
        }
    }
  return cutter_finish (&cutter, n_tokens);
}

GArray *
sf_prompt_chunker_cut_plain (const SfPromptChunker *self, const SfPromptWeights *weights,
                             gsize *n_tokens)
{
  g_autofree gint32 *ids = NULL;
  gsize n_ids = 0, n_used = 0;
  GArray *chunks = NULL;
  Cutter cutter;

  g_return_val_if_fail (self != NULL && weights != NULL && n_tokens != NULL, NULL);

  cutter_init (&cutter, self);
  ids = sf_tokenizer_encode (self->tokenizer, weights->text->str, &n_ids);
  for (gsize i = 0; i < MIN (n_ids, SF_PROMPT_CHUNK_TOKENS); i++)
    add_token (&cutter, ids[i], 1);
  chunks = cutter_finish (&cutter, &n_used);
  *n_tokens = n_ids;
  return chunks;
}
