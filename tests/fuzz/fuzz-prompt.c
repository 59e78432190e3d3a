/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-prompt-plan.h"

#include <math.h>

#include "fuzz.h"

/* Three bytes of settings, then the prompt. */
#define N_SETTINGS 3
#define WIDTH 2

static gconstpointer
find_embedding (const char *name, guint *n_vectors, gpointer user_data)
{
  *n_vectors = g_str_equal (name, "long") ? 30 : g_str_equal (name, "a b") ? 3 : 0;
  return "";
}

static void
check_chunk (const SfPromptChunk *chunk)
{
  g_assert_cmpint (chunk->ids[0], ==, SF_TOKENIZER_BEGIN);
  for (guint i = 0; i < SF_TOKENIZER_CONTEXT; i++)
    {
      g_assert_cmpint (chunk->ids[i], >=, 0);
      g_assert_cmpint (chunk->ids[i], <, SF_TOKENIZER_VOCABULARY);
      g_assert_false (isnan (chunk->weights[i]));
    }
  for (guint i = 0; i < chunk->n_replacements; i++)
    {
      g_assert_cmpuint (chunk->replacements[i].position, >, 0);
      g_assert_cmpuint (chunk->replacements[i].position, <, SF_TOKENIZER_CONTEXT - 1);
    }
}

static void
check_emphasis (const SfPromptPlan *plan, SfEmphasis emphasis)
{
  g_autoptr (GPtrArray)
      encodings = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_array_unref);
  g_autoptr (SfArray) empty = sf_array (1, SF_TOKENIZER_CONTEXT, WIDTH);
  guint n_texts = 0;
  const SfPromptText *texts = sf_prompt_plan_get_texts (plan, &n_texts);

  for (guint i = 0; i < n_texts; i++)
    {
      SfArray *encoding = sf_array (texts[i].n_chunks, SF_TOKENIZER_CONTEXT, WIDTH);

      for (gsize j = 0; j < encoding->n_values; j++)
        encoding->data[j] = (float) (j % 7) - 2;
      g_ptr_array_add (encodings, encoding);
    }
  sf_prompt_plan_apply_emphasis (plan, emphasis, (SfArray *const *) encodings->pdata, empty);
}

static void
check_plan (const SfPromptPlan *plan, guint n_steps)
{
  guint n_texts = 0;
  const SfPromptText *texts = sf_prompt_plan_get_texts (plan, &n_texts);

  g_assert_cmpuint (sf_prompt_plan_get_n_parts (plan), >, 0);
  for (guint part = 0; part < sf_prompt_plan_get_n_parts (plan); part++)
    {
      for (guint step = 0; step <= n_steps; step++)
        g_assert_cmpuint (sf_prompt_plan_get_part (plan, part, step).text, <, n_texts);
    }
  for (guint i = 0; i < n_texts; i++)
    {
      g_assert_true (g_utf8_validate (texts[i].text, -1, NULL));
      g_assert_cmpuint (texts[i].n_chunks, >, 0);
      for (guint j = 0; j < texts[i].n_chunks; j++)
        check_chunk (&texts[i].chunks[j]);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  static SfTokenizer *tokenizer;
  static const char *const NAMES[] = { "long", "a b", "none", NULL };
  SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
  g_autoptr (SfPromptPlan) plan = NULL;
  g_autofree char *text = NULL;
  guint n_steps = 0;

  if (n_bytes < N_SETTINGS)
    return 0;
  if (tokenizer == NULL)
    tokenizer = sf_tokenizer_new (NULL);
  options.grammar = data[0] % 3;
  options.is_negative = data[0] & 0x40 ? TRUE : FALSE;
  options.pad = data[0] & 0x80 ? 0 : SF_TOKENIZER_END;
  options.comma_backtracking = data[2] % SF_PROMPT_CHUNK_TOKENS;
  options.embeddings = (SfPromptEmbeddings){ NAMES, find_embedding, NULL };
  options.wildcard_seed = data[2];
  n_steps = 1 + data[1] % 50;
  text = g_strndup ((const char *) data + N_SETTINGS, n_bytes - N_SETTINGS);

  plan = sf_prompt_plan_new (tokenizer, text, n_steps, &options, NULL);
  if (plan != NULL)
    {
      check_plan (plan, n_steps);
      check_emphasis (plan, data[1] >> 6);
    }
  return 0;
}
