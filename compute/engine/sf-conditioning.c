/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-conditioning.h"

#include "engine/sf-embedding-folder.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define HASH_DIGITS 12 /* A1111: textual_inversion.py, shorthash */

/* One of both prompts. */
typedef struct
{
  SfPromptPlan *plan;
  const SfPromptText *texts; /* owned by the plan */
  guint n_texts;
  SfArray **encodings; /* of the texts, [n_chunks, 77, width] each */
} Prompt;

/* Calls whose prompts say the same. */
typedef struct
{
  guint call; /* one of them */
  GArray *passes;
} Step;

struct _SfConditioning
{
  Prompt negative; /* without a plan where it is not needed */
  Prompt positive;
  guint n_calls;
  guint least_chunks; /* that a context has */
  guint n_entries;
  double *weights;
  GPtrArray *steps;    /* of Step, all different */
  Step **step_of_call; /* [n_calls] */
  SfEmbeddingFolder *embeddings;
  GPtrArray *used_embeddings; /* their names */
  GPtrArray *notices;
};

static void
prompt_clear (Prompt *self)
{
  for (guint i = 0; self->encodings != NULL && i < self->n_texts; i++)
    g_clear_pointer (&self->encodings[i], sf_array_unref);
  g_free (self->encodings);
  g_clear_pointer (&self->plan, sf_prompt_plan_unref);
}

static void
pass_clear (gpointer data)
{
  SfConditioningPass *self = data;

  g_clear_pointer (&self->context, sf_array_unref);
  g_free (self->entries);
}

static void
step_free (gpointer data)
{
  Step *self = data;

  g_array_unref (self->passes);
  g_free (self);
}

void
sf_conditioning_free (SfConditioning *self)
{
  if (self == NULL)
    return;

  prompt_clear (&self->negative);
  prompt_clear (&self->positive);
  g_free (self->weights);
  g_free (self->step_of_call);
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  g_clear_pointer (&self->embeddings, sf_embedding_folder_free);
  g_clear_pointer (&self->used_embeddings, g_ptr_array_unref);
  g_clear_pointer (&self->notices, g_ptr_array_unref);
  g_free (self);
}

static void
add_once (GPtrArray *strings, const char *string)
{
  if (!g_ptr_array_find_with_equal_func (strings, string, g_str_equal, NULL))
    g_ptr_array_add (strings, g_strdup (string));
}

G_GNUC_PRINTF (2, 3)
static void
add_notice (SfConditioning *self, const char *format, ...)
{
  g_autofree char *notice = NULL;
  va_list arguments;

  va_start (arguments, format);
  notice = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  add_once (self->notices, notice);
}

/* Where prompts look for their embeddings. */
typedef struct
{
  SfConditioning *conditioning;
  gsize width;
} Lookup;

/* SfPromptEmbeddings.find */
static gconstpointer
find_embedding (const char *name, guint *n_vectors, gpointer user_data)
{
  const Lookup *lookup = user_data;
  g_autoptr (GError) error = NULL;
  const SfArray *vectors = sf_embedding_folder_find (lookup->conditioning->embeddings, name,
                                                     lookup->width, &error);

  if (vectors == NULL)
    {
      add_notice (lookup->conditioning, "%s", error->message);
      return NULL;
    }

  add_once (lookup->conditioning->used_embeddings, name);
  *n_vectors = (guint) vectors->dims[0];
  return vectors;
}

static void
notice_tags (SfConditioning *self, const SfPromptPlan *plan)
{
  guint n_tags;
  const SfPromptTag *tags = sf_prompt_plan_get_tags (plan, &n_tags);

  for (guint i = 0; i < n_tags; i++)
    add_notice (self, _ ("<%s:%s> is left out of the prompt: this version cannot apply it"),
                tags[i].kind, tags[i].arguments[0]);
}

static gboolean
plan_prompt (SfConditioning *self, SfSession *session, const SfRequest *request, guint64 seed,
             gboolean is_negative, GError **error)
{
  const SfClipConfig *clip = &sf_model_get_config (session->model)->clip;
  Prompt *prompt = is_negative ? &self->negative : &self->positive;
  const char *text = is_negative ? request->negative_prompt : request->prompt;
  Lookup lookup = { self, clip->width };
  const SfPromptOptions options = {
    .grammar = request->grammar,
    .is_negative = is_negative,
    .comma_backtracking = request->comma_backtracking,
    .pad = (gint32) clip->pad_id,
    .embeddings = { .names = self->embeddings != NULL
                                 ? sf_embedding_folder_get_names (self->embeddings)
                                 : NULL,
                    .find = find_embedding,
                    .user_data = &lookup },
    .wildcard_seed = seed,
    .wildcard_folder = request->wildcards,
  };

  prompt->plan = sf_prompt_plan_new (session->tokenizer, text != NULL ? text : "", self->n_calls,
                                     &options, error);
  if (prompt->plan == NULL)
    {
      g_prefix_error (error, "%s", is_negative ? _ ("the negative prompt: ") : _ ("the prompt: "));
      return FALSE;
    }

  prompt->texts = sf_prompt_plan_get_texts (prompt->plan, &prompt->n_texts);
  notice_tags (self, prompt->plan);
  return TRUE;
}

static gboolean
is_unconditional (const SfConditioning *self, guint entry)
{
  return self->negative.plan != NULL && entry == 0;
}

/* The place of an entry among the parts of its prompt. */
static guint
get_part (const SfConditioning *self, guint entry)
{
  return self->negative.plan != NULL && entry > 0 ? entry - 1 : entry;
}

static const Prompt *
get_prompt (const SfConditioning *self, guint entry)
{
  return is_unconditional (self, entry) ? &self->negative : &self->positive;
}

/* The text that an entry has in a call. */
static guint
get_text (const SfConditioning *self, guint call, guint entry)
{
  return sf_prompt_plan_get_part (get_prompt (self, entry)->plan, get_part (self, entry), call)
      .text;
}

static guint
get_n_chunks (const SfConditioning *self, guint call, guint entry)
{
  return MAX (get_prompt (self, entry)->texts[get_text (self, call, entry)].n_chunks,
              self->least_chunks);
}

/* The pass of those entries that are as long as @first. */
static SfConditioningPass
make_pass (const SfConditioning *self, guint call, guint first)
{
  const guint n_chunks = get_n_chunks (self, call, first);
  SfConditioningPass pass = {
    .entries = g_new (guint, self->n_entries),
    .n_tokens = n_chunks * SF_TOKENIZER_CONTEXT,
  };

  for (guint i = first; i < self->n_entries; i++)
    if (get_n_chunks (self, call, i) == n_chunks)
      pass.entries[pass.n_entries++] = i;

  return pass;
}

static gboolean
is_first_of_its_length (const SfConditioning *self, guint call, guint entry)
{
  for (guint i = 0; i < entry; i++)
    if (get_n_chunks (self, call, i) == get_n_chunks (self, call, entry))
      return FALSE;

  return TRUE;
}

static Step *
make_step (const SfConditioning *self, guint call)
{
  Step *step = g_new0 (Step, 1);

  step->call = call;
  step->passes = g_array_new (FALSE, FALSE, sizeof (SfConditioningPass));
  g_array_set_clear_func (step->passes, pass_clear);
  for (guint i = 0; i < self->n_entries; i++)
    if (is_first_of_its_length (self, call, i))
      {
        const SfConditioningPass pass = make_pass (self, call, i);

        g_array_append_val (step->passes, pass);
      }

  return step;
}

static Step *
find_step (const SfConditioning *self, guint call)
{
  for (guint i = 0; i < self->steps->len; i++)
    {
      Step *step = self->steps->pdata[i];

      if (sf_prompt_plan_is_same_step (self->positive.plan, step->call, call)
          && (self->negative.plan == NULL
              || sf_prompt_plan_is_same_step (self->negative.plan, step->call, call)))
        return step;
    }

  return NULL;
}

static void
make_steps (SfConditioning *self)
{
  self->steps = g_ptr_array_new_with_free_func (step_free);
  self->step_of_call = g_new (Step *, self->n_calls);
  for (guint i = 0; i < self->n_calls; i++)
    {
      self->step_of_call[i] = find_step (self, i);
      if (self->step_of_call[i] != NULL)
        continue;
      self->step_of_call[i] = make_step (self, i);
      g_ptr_array_add (self->steps, self->step_of_call[i]);
    }
}

/* With scale 1 and one part of weight 1 the unconditional answer cancels out. */
static gboolean
needs_negative (const SfConditioning *self, const SfRequest *request)
{
  return request->guidance != 1.0 || sf_prompt_plan_get_n_parts (self->positive.plan) > 1
         || sf_prompt_plan_get_part (self->positive.plan, 0, 0).weight != 1.0f;
}

static void
take_weights (SfConditioning *self)
{
  const guint n_parts = sf_prompt_plan_get_n_parts (self->positive.plan);

  self->n_entries = n_parts + (self->negative.plan != NULL ? 1 : 0);
  self->weights = g_new (double, n_parts);
  for (guint i = 0; i < n_parts; i++)
    self->weights[i] = sf_prompt_plan_get_part (self->positive.plan, i, 0).weight;
}

static guint
find_longest (const SfConditioning *self)
{
  const guint positive = sf_prompt_plan_get_n_chunks (self->positive.plan);

  return self->negative.plan != NULL
             ? MAX (positive, sf_prompt_plan_get_n_chunks (self->negative.plan))
             : positive;
}

SfConditioning *
sf_conditioning_new (SfSession *session, const SfRequest *request, guint n_calls, guint64 seed,
                     GError **error)
{
  g_autoptr (SfConditioning) self = g_new0 (SfConditioning, 1);

  g_return_val_if_fail (n_calls > 0, NULL);

  self->n_calls = n_calls;
  self->used_embeddings = g_ptr_array_new_with_free_func (g_free);
  self->notices = g_ptr_array_new_with_free_func (g_free);
  if ((request->embeddings != NULL
       && (self->embeddings = sf_embedding_folder_open (request->embeddings, error)) == NULL)
      || !plan_prompt (self, session, request, seed, FALSE, error)
      || (needs_negative (self, request)
          && !plan_prompt (self, session, request, seed, TRUE, error)))
    return NULL;

  self->least_chunks = request->pad_prompts ? find_longest (self) : 0;
  take_weights (self);
  make_steps (self);
  g_ptr_array_add (self->notices, NULL);

  return g_steal_pointer (&self);
}

/* Encodes chunks: [n_chunks, 77, width]. */
static SfArray *
encode_chunks (SfSession *session, const SfPromptChunk *chunks, guint n_chunks, guint clip_skip,
               GCancellable *cancellable, GError **error)
{
  const gsize width = sf_model_get_config (session->model)->clip.width;
  g_autoptr (SfArray) encoding = sf_array (n_chunks, SF_TOKENIZER_CONTEXT, width);
  const gsize n_values = SF_TOKENIZER_CONTEXT * width;

  for (guint i = 0; i < n_chunks; i++)
    {
      g_autoptr (SfArray)
          one = sf_session_encode_chunk (session, &chunks[i], clip_skip, cancellable, error);

      if (one == NULL)
        return NULL;
      memcpy (encoding->data + i * n_values, one->data, n_values * sizeof (float));
    }

  return g_steal_pointer (&encoding);
}

static gboolean
encode_prompt (Prompt *prompt, SfSession *session, const SfRequest *request, const SfArray *empty,
               GCancellable *cancellable, GError **error)
{
  prompt->encodings = g_new0 (SfArray *, prompt->n_texts);
  for (guint i = 0; i < prompt->n_texts; i++)
    {
      prompt->encodings[i] = encode_chunks (session, prompt->texts[i].chunks,
                                            prompt->texts[i].n_chunks, request->clip_skip,
                                            cancellable, error);
      if (prompt->encodings[i] == NULL)
        return FALSE;
    }

  sf_prompt_plan_apply_emphasis (prompt->plan, request->emphasis, prompt->encodings, empty);
  return TRUE;
}

/* Copies an encoding, empty chunks behind it up to @n_chunks. */
static void
fill_context (float *context, const SfArray *encoding, const SfArray *empty, guint n_chunks)
{
  const gsize chunk_values = encoding->dims[1] * encoding->dims[2];

  memcpy (context, encoding->data, encoding->n_values * sizeof (float));
  for (gsize i = encoding->dims[0]; i < n_chunks; i++)
    memcpy (context + i * chunk_values, empty->data, chunk_values * sizeof (float));
}

static void
fill_pass (const SfConditioning *self, guint call, SfConditioningPass *pass, const SfArray *empty)
{
  const gsize width = self->positive.encodings[0]->dims[2];

  pass->context = sf_array (pass->n_entries, pass->n_tokens, width);
  for (guint i = 0; i < pass->n_entries; i++)
    {
      const guint entry = pass->entries[i];

      fill_context (pass->context->data + i * pass->n_tokens * width,
                    get_prompt (self, entry)->encodings[get_text (self, call, entry)], empty,
                    pass->n_tokens / SF_TOKENIZER_CONTEXT);
    }
}

gboolean
sf_conditioning_encode (SfConditioning *self, SfSession *session, const SfRequest *request,
                        GCancellable *cancellable, GError **error)
{
  g_autoptr (SfArray) empty = NULL;

  if (request->emphasis == SF_EMPHASIS_COMFYUI || self->least_chunks > 0)
    {
      SfPromptChunk chunk;

      sf_prompt_chunk_init_empty (&chunk,
                                  (gint32) sf_model_get_config (session->model)->clip.pad_id);
      empty = encode_chunks (session, &chunk, 1, request->clip_skip, cancellable, error);
      if (empty == NULL)
        return FALSE;
    }

  if (!encode_prompt (&self->positive, session, request, empty, cancellable, error)
      || (self->negative.plan != NULL
          && !encode_prompt (&self->negative, session, request, empty, cancellable, error)))
    return FALSE;

  for (guint i = 0; i < self->steps->len; i++)
    {
      const Step *step = self->steps->pdata[i];

      for (guint j = 0; j < step->passes->len; j++)
        fill_pass (self, step->call, &g_array_index (step->passes, SfConditioningPass, j), empty);
    }

  return TRUE;
}

guint
sf_conditioning_get_n_entries (const SfConditioning *self)
{
  return self->n_entries;
}

gboolean
sf_conditioning_has_unconditional (const SfConditioning *self)
{
  return self->negative.plan != NULL;
}

const double *
sf_conditioning_get_weights (const SfConditioning *self)
{
  return self->weights;
}

const SfConditioningPass *
sf_conditioning_get_passes (const SfConditioning *self, guint call, guint *n_passes)
{
  const Step *step = self->step_of_call[MIN (call, self->n_calls - 1)];

  *n_passes = step->passes->len;
  return (const SfConditioningPass *) step->passes->data;
}

const char *
sf_conditioning_get_prompt (const SfConditioning *self)
{
  return sf_prompt_plan_get_chosen_text (self->positive.plan);
}

const char *
sf_conditioning_get_negative_prompt (const SfConditioning *self)
{
  return self->negative.plan != NULL ? sf_prompt_plan_get_chosen_text (self->negative.plan) : NULL;
}

char *
sf_conditioning_hash_embeddings (const SfConditioning *self, GCancellable *cancellable,
                                 GError **error)
{
  g_autoptr (GString) hashes = g_string_new (NULL);

  for (guint i = 0; i < self->used_embeddings->len; i++)
    {
      const char *name = self->used_embeddings->pdata[i];
      g_autofree char *hash = sf_model_hash_get (sf_embedding_folder_get_path (self->embeddings,
                                                                               name),
                                                 cancellable, error);

      if (hash == NULL)
        return NULL;
      g_string_append_printf (hashes, "%s%s: %.*s", i > 0 ? ", " : "", name, HASH_DIGITS, hash);
    }

  return g_string_free (g_steal_pointer (&hashes), FALSE);
}

const char *const *
sf_conditioning_get_notices (const SfConditioning *self)
{
  return (const char *const *) self->notices->pdata;
}
