/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-prompt-plan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "text/sf-prompt-chunker.h"
#include "text/sf-prompt-parts.h"
#include "text/sf-prompt-schedule.h"
#include "text/sf-prompt-weights.h"
#include "text/sf-wildcards.h"

/* What a part of the prompt says: its texts, next to each other in the list of all, and when. */
typedef struct
{
  char *text; /* with its schedule */
  guint first_text;
  guint n_texts;
  guint *ends; /* last steps, from 1 */
  guint *text_of_end;
  guint n_ends;
} Edited;

typedef struct
{
  guint edited;
  float weight;
} Part;

struct _SfPromptPlan
{
  gatomicrefcount ref_count;
  char *chosen_text;
  GArray *tags;  /* of SfPromptTag */
  GArray *parts; /* of Part */
  GArray *edited;
  GArray *texts;    /* of SfPromptText */
  GArray *n_uses;   /* of guint, by text: the number of stretches */
  gsize text_bytes; /* of all stretches */
};

typedef struct
{
  SfPromptPlan *plan;
  const SfPromptOptions *options;
  SfPromptChunker chunker;
  guint n_steps;
} Planner;

static void
clear_text (gpointer data)
{
  SfPromptText *text = data;

  for (guint i = 0; i < text->n_chunks; i++)
    sf_prompt_chunk_clear (&text->chunks[i]);
  g_free (text->chunks);
  g_free (text->text);
}

static void
clear_edited (gpointer data)
{
  Edited *edited = data;

  g_free (edited->text);
  g_free (edited->ends);
  g_free (edited->text_of_end);
}

static SfPromptPlan *
new_empty (void)
{
  SfPromptPlan *self = g_new0 (SfPromptPlan, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->tags = sf_prompt_tags_new ();
  self->parts = g_array_new (FALSE, FALSE, sizeof (Part));
  self->edited = g_array_new (FALSE, FALSE, sizeof (Edited));
  g_array_set_clear_func (self->edited, clear_edited);
  self->texts = g_array_new (FALSE, FALSE, sizeof (SfPromptText));
  g_array_set_clear_func (self->texts, clear_text);
  self->n_uses = g_array_new (FALSE, FALSE, sizeof (guint));
  return self;
}

SfPromptPlan *
sf_prompt_plan_ref (SfPromptPlan *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sf_prompt_plan_unref (SfPromptPlan *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->chosen_text);
  g_array_unref (self->tags);
  g_array_unref (self->parts);
  g_array_unref (self->edited);
  g_array_unref (self->texts);
  g_array_unref (self->n_uses);
  g_free (self);
}

/* Takes @string. */
static guint
add_text (Planner *self, char *string)
{
  SfPromptText text = { .text = string };
  g_autoptr (SfPromptWeights) weights = NULL;
  GArray *chunks = NULL;
  gsize n_chunks = 0;
  guint n_uses = 0;

  switch (self->options->grammar)
    {
    case SF_PROMPT_GRAMMAR_A1111:
      weights = sf_prompt_weights_new_a1111 (string);
      chunks = sf_prompt_chunker_cut_a1111 (&self->chunker, weights, &text.n_tokens);
      break;
    case SF_PROMPT_GRAMMAR_COMFYUI:
      weights = sf_prompt_weights_new_comfyui (string);
      chunks = sf_prompt_chunker_cut_comfyui (&self->chunker, weights, &text.n_tokens);
      break;
    case SF_PROMPT_GRAMMAR_PLAIN:
      weights = sf_prompt_weights_new_plain (string);
      chunks = sf_prompt_chunker_cut_plain (&self->chunker, weights, &text.n_tokens);
      break;
    }
  text.chunks = g_array_steal (chunks, &n_chunks);
  text.n_chunks = (guint) n_chunks;
  g_array_unref (chunks);
  g_array_append_val (self->plan->texts, text);
  g_array_append_val (self->plan->n_uses, n_uses);
  return self->plan->texts->len - 1;
}

/* Texts of one part are as long as the longest of them. */
static void
fill_up (Planner *self, const Edited *edited)
{
  SfPromptText *texts = &g_array_index (self->plan->texts, SfPromptText, edited->first_text);
  guint n_chunks = 0;

  for (guint i = 0; i < edited->n_texts; i++)
    n_chunks = MAX (n_chunks, texts[i].n_chunks);
  for (guint i = 0; i < edited->n_texts; i++)
    {
      texts[i].chunks = g_renew (SfPromptChunk, texts[i].chunks, n_chunks);
      for (; texts[i].n_chunks < n_chunks; texts[i].n_chunks++)
        sf_prompt_chunk_init_empty (&texts[i].chunks[texts[i].n_chunks], self->options->pad);
    }
}

static gboolean
add_stretches (Planner *self, Edited *edited, const SfPromptSchedule *schedule, GError **error)
{
  g_autoptr (GHashTable) indices = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < edited->n_ends; i++)
    {
      g_autofree char *text = sf_prompt_schedule_get_text (schedule, edited->ends[i]);
      gpointer index = NULL;

      self->plan->text_bytes += strlen (text);
      if (self->plan->text_bytes > SF_PROMPT_MAX_SCHEDULED_BYTES)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _ ("what the schedules of the prompt make of it is longer than %u bytes"),
                       SF_PROMPT_MAX_SCHEDULED_BYTES);
          return FALSE;
        }
      if (!g_hash_table_lookup_extended (indices, text, NULL, &index))
        {
          index = GUINT_TO_POINTER (add_text (self, text));
          g_hash_table_insert (indices, g_steal_pointer (&text), index);
        }
      edited->text_of_end[i] = GPOINTER_TO_UINT (index);
      g_array_index (self->plan->n_uses, guint, edited->text_of_end[i])++;
    }
  return TRUE;
}

static SfPromptSchedule *
new_schedule (const Planner *self, const char *text)
{
  return self->options->grammar == SF_PROMPT_GRAMMAR_A1111
             ? sf_prompt_schedule_new (text, self->n_steps)
             : sf_prompt_schedule_new_constant (text, self->n_steps);
}

/* Returns the index, or -1. */
static gint
add_edited (Planner *self, const char *text, GError **error)
{
  GArray *all = self->plan->edited;
  g_autoptr (SfPromptSchedule) schedule = NULL;
  const guint *ends = NULL;
  Edited *edited = NULL;

  for (guint i = 0; i < all->len; i++)
    {
      if (g_str_equal (g_array_index (all, Edited, i).text, text))
        return (gint) i;
    }
  g_array_set_size (all, all->len + 1);
  edited = &g_array_index (all, Edited, all->len - 1);
  *edited = (Edited){ .text = g_strdup (text), .first_text = self->plan->texts->len };
  schedule = new_schedule (self, text);
  ends = sf_prompt_schedule_get_ends (schedule, &edited->n_ends);
  edited->ends = g_memdup2 (ends, edited->n_ends * sizeof *ends);
  edited->text_of_end = g_new0 (guint, edited->n_ends);
  if (!add_stretches (self, edited, schedule, error))
    return -1;
  edited->n_texts = self->plan->texts->len - edited->first_text;
  fill_up (self, edited);
  return (gint) all->len - 1;
}

static gboolean
add_part (Planner *self, const SfPromptPartText *text, GError **error)
{
  Part part = { 0, text->weight };
  gint edited = add_edited (self, text->text, error);

  if (edited < 0)
    return FALSE;
  part.edited = (guint) edited;
  g_array_append_val (self->plan->parts, part);
  return TRUE;
}

static gboolean
add_parts (Planner *self, const char *text, GError **error)
{
  g_autoptr (GArray) parts = NULL;

  if (self->options->grammar != SF_PROMPT_GRAMMAR_A1111 || self->options->is_negative)
    return add_part (self, &(SfPromptPartText){ (char *) text, 1 }, error);
  parts = sf_prompt_parts_split (text);
  if (parts->len > SF_PROMPT_MAX_PARTS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("the prompt has %u parts joined by AND, and %u is the most"), parts->len,
                   SF_PROMPT_MAX_PARTS);
      return FALSE;
    }
  for (guint i = 0; i < parts->len; i++)
    {
      if (!add_part (self, &g_array_index (parts, SfPromptPartText, i), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_too_long (const char *text, GError **error)
{
  if (strlen (text) <= SF_PROMPT_MAX_BYTES)
    return FALSE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _ ("the prompt is longer than %u bytes"), SF_PROMPT_MAX_BYTES);
  return TRUE;
}

static char *
choose_wildcards (const SfPromptOptions *options, const char *text)
{
  g_autofree char *uncommented = NULL;
  SfWildcardOptions wildcards = { 0 };

  if (options->grammar == SF_PROMPT_GRAMMAR_PLAIN)
    return g_strdup (text);
  uncommented = options->grammar == SF_PROMPT_GRAMMAR_A1111
                    ? sf_prompt_strip_comments_a1111 (text)
                    : sf_prompt_strip_comments_comfyui (text);
  wildcards = (SfWildcardOptions){
    .seed = options->wildcard_seed,
    .folder = options->wildcard_folder,
    .bare_brackets = options->grammar == SF_PROMPT_GRAMMAR_COMFYUI,
    .max_bytes = SF_PROMPT_MAX_BYTES,
  };
  return sf_wildcards_choose (uncommented, &wildcards);
}

SfPromptPlan *
sf_prompt_plan_new (SfTokenizer *tokenizer, const char *text, guint n_steps,
                    const SfPromptOptions *options, GError **error)
{
  g_autoptr (SfPromptPlan) plan = NULL;
  g_autoptr (SfPromptEmbeddingTable) embeddings = NULL;
  g_autofree char *valid = NULL, *untagged = NULL;
  Planner planner = { 0 };

  g_return_val_if_fail (tokenizer != NULL && text != NULL && options != NULL, NULL);
  g_return_val_if_fail (n_steps > 0 && n_steps <= SF_PROMPT_MAX_STEPS, NULL);

  if (is_too_long (text, error))
    return NULL;
  plan = new_empty ();
  embeddings = sf_prompt_embedding_table_new (tokenizer, &options->embeddings);
  planner = (Planner){
    .plan = plan,
    .options = options,
    .chunker = { tokenizer, embeddings, options->comma_backtracking, options->pad },
    .n_steps = n_steps,
  };
  valid = g_utf8_make_valid (text, -1);
  plan->chosen_text = choose_wildcards (options, valid);
  if (is_too_long (plan->chosen_text, error))
    return NULL;
  untagged = options->grammar == SF_PROMPT_GRAMMAR_A1111 && !options->is_negative
                 ? sf_prompt_tags_take (plan->chosen_text, plan->tags)
                 : g_strdup (plan->chosen_text);
  return add_parts (&planner, untagged, error) ? g_steal_pointer (&plan) : NULL;
}

const SfPromptText *
sf_prompt_plan_get_texts (const SfPromptPlan *self, guint *n_texts)
{
  g_return_val_if_fail (self != NULL && n_texts != NULL, NULL);

  *n_texts = self->texts->len;
  return (const SfPromptText *) self->texts->data;
}

guint
sf_prompt_plan_get_n_parts (const SfPromptPlan *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->parts->len;
}

SfPromptPart
sf_prompt_plan_get_part (const SfPromptPlan *self, guint part, guint step)
{
  const Part *found = NULL;
  const Edited *edited = NULL;
  guint low = 0, high = 0;

  g_return_val_if_fail (self != NULL && part < self->parts->len, (SfPromptPart){ 0 });

  found = &g_array_index (self->parts, Part, part);
  edited = &g_array_index (self->edited, Edited, found->edited);
  high = edited->n_ends - 1;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (edited->ends[middle] < step)
        low = middle + 1;
      else
        high = middle;
    }
  return (SfPromptPart){ edited->text_of_end[low], found->weight };
}

gboolean
sf_prompt_plan_is_same_step (const SfPromptPlan *self, guint step, guint other_step)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < self->parts->len; i++)
    {
      if (sf_prompt_plan_get_part (self, i, step).text
          != sf_prompt_plan_get_part (self, i, other_step).text)
        return FALSE;
    }
  return TRUE;
}

const SfPromptTag *
sf_prompt_plan_get_tags (const SfPromptPlan *self, guint *n_tags)
{
  g_return_val_if_fail (self != NULL && n_tags != NULL, NULL);

  *n_tags = self->tags->len;
  return (const SfPromptTag *) self->tags->data;
}

const char *
sf_prompt_plan_get_chosen_text (const SfPromptPlan *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->chosen_text;
}

gsize
sf_prompt_plan_get_n_tokens (const SfPromptPlan *self)
{
  gsize n_tokens = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (guint i = 0; i < self->texts->len; i++)
    n_tokens = MAX (n_tokens, g_array_index (self->texts, SfPromptText, i).n_tokens);
  return n_tokens;
}

guint
sf_prompt_plan_get_n_chunks (const SfPromptPlan *self)
{
  guint n_chunks = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (guint i = 0; i < self->texts->len; i++)
    n_chunks = MAX (n_chunks, g_array_index (self->texts, SfPromptText, i).n_chunks);
  return n_chunks;
}

void
sf_prompt_plan_apply_emphasis (const SfPromptPlan *self, SfEmphasis emphasis,
                               SfArray *const *encodings, const SfArray *empty)
{
  g_return_if_fail (self != NULL && encodings != NULL);

  for (guint i = 0; i < self->edited->len; i++)
    {
      const Edited *edited = &g_array_index (self->edited, Edited, i);
      g_autofree SfEmphasisText *texts = g_new (SfEmphasisText, edited->n_texts);

      for (guint j = 0; j < edited->n_texts; j++)
        {
          guint index = edited->first_text + j;
          const SfPromptText *text = &g_array_index (self->texts, SfPromptText, index);

          texts[j] = (SfEmphasisText){ encodings[index], text->chunks, text->n_chunks,
                                       g_array_index (self->n_uses, guint, index) };
        }
      sf_emphasis_apply (emphasis, texts, edited->n_texts, empty);
    }
}
