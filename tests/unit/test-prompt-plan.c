/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-prompt-plan.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#define CAT 2368
#define DOG 1929
#define COMMA 267
#define RANDOM_TEXTS 20000
#define RANDOM_SECONDS 120 /* they take 2, and ten times that under sanitizers on a busy machine */

static SfTokenizer *
get_tokenizer (void)
{
  static SfTokenizer *tokenizer;
  g_autoptr (GError) error = NULL;

  if (tokenizer == NULL)
    tokenizer = sf_tokenizer_new (&error);
  g_assert_no_error (error);
  return tokenizer;
}

static SfPromptPlan *
new_plan (const char *text, guint n_steps, const SfPromptOptions *options)
{
  g_autoptr (GError) error = NULL;
  SfPromptPlan *plan = sf_prompt_plan_new (get_tokenizer (), text, n_steps, options, &error);

  g_assert_no_error (error);
  return plan;
}

static const SfPromptText *
get_text (const SfPromptPlan *plan, guint index)
{
  guint n_texts = 0;
  const SfPromptText *texts = sf_prompt_plan_get_texts (plan, &n_texts);

  g_assert_cmpuint (index, <, n_texts);
  return &texts[index];
}

/* "cat cat cat" with so many words, each one token. */
static char *
repeat (const char *word, guint n_words)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_words; i++)
    g_string_append (text, word);
  return g_string_free (text, FALSE);
}

/* The tokens of a chunk up to its end: "77777": a letter each. */
static void
assert_chunk (const SfPromptChunk *chunk, const char *letters)
{
  g_autoptr (GString) found = g_string_new (NULL);

  g_assert_cmpint (chunk->ids[0], ==, SF_TOKENIZER_BEGIN);
  for (guint i = 1; i < SF_TOKENIZER_CONTEXT; i++)
    {
      gint32 id = chunk->ids[i];

      if (id == SF_TOKENIZER_END)
        break;
      g_string_append_c (found, id == CAT     ? 'c'
                                : id == DOG   ? 'd'
                                : id == COMMA ? ','
                                : id == 0     ? '0'
                                              : '?');
    }
  g_assert_cmpstr (found->str, ==, letters);
}

static void
test_one_chunk (void)
{
  SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
  g_autoptr (SfPromptPlan) plan = new_plan ("cat, (dog:1.3) cat", 10, &options);
  const SfPromptChunk *chunk = get_text (plan, 0)->chunks;
  gint32 ids[SF_TOKENIZER_CONTEXT];

  g_assert_cmpuint (sf_prompt_plan_get_n_chunks (plan), ==, 1);
  g_assert_cmpuint (sf_prompt_plan_get_n_tokens (plan), ==, 4);
  sf_tokenizer_encode_77 (get_tokenizer (), "cat, dog cat", ids);
  g_assert_cmpmem (chunk->ids, sizeof chunk->ids, ids, sizeof ids);
  for (guint i = 0; i < SF_TOKENIZER_CONTEXT; i++)
    g_assert_cmpfloat (chunk->weights[i], ==, i == 3 ? 1.3f : 1);
}

static void
test_empty (void)
{
  for (guint grammar = 0; grammar < 3; grammar++)
    {
      SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
      g_autoptr (SfPromptPlan) plan = NULL;
      SfPromptChunk empty;

      options.grammar = grammar;
      options.pad = grammar == 0 ? 0 : SF_TOKENIZER_END;
      plan = new_plan ("", 10, &options);
      sf_prompt_chunk_init_empty (&empty, options.pad);
      g_assert_cmpuint (sf_prompt_plan_get_n_chunks (plan), ==, 1);
      g_assert_cmpuint (sf_prompt_plan_get_n_tokens (plan), ==, 0);
      g_assert_cmpmem (get_text (plan, 0)->chunks->ids, sizeof empty.ids, empty.ids,
                       sizeof empty.ids);
    }
}

/* Prompts of the grammar of A1111, and what their chunks are. */
static void
test_chunks (void)
{
  static const struct
  {
    const char *parts[4]; /* text and, as a number, how often */
    guint n[4];
    guint backtracking;
    guint n_tokens;
    const char *chunk_parts[3][2];
    guint n_chunk_parts[3][2];
  } CASES[] = {
    { { "cat " }, { 75 }, 20, 75, { { "c" } }, { { 75 } } },
    { { "cat " }, { 76 }, 20, 76, { { "c" }, { "c" } }, { { 75 }, { 1 } } },
    { { "cat " }, { 151 }, 20, 151, { { "c" }, { "c" }, { "c" } }, { { 75 }, { 75 }, { 1 } } },
    /* what follows the comma moves */
    { { "cat ", ",", "dog " },
      { 60, 1, 20 },
      20,
      95,
      { { "c", "," }, { "d" } },
      { { 60, 1 }, { 20 } } },
    { { "cat ", ",", "dog " },
      { 55, 1, 20 },
      20,
      95,
      { { "c", "," }, { "d" } },
      { { 55, 1 }, { 20 } } },
    /* too far away, or no comma, or no backtracking */
    { { "cat ", ",", "cat " }, { 54, 1, 21 }, 20, 76, { { "c,", NULL } }, { { 0 } } },
    { { "cat " }, { 80 }, 0, 80, { { "c" }, { "c" } }, { { 75 }, { 5 } } },
    /* the token that does not fit is a comma itself */
    { { "cat ", ",", "dog " },
      { 75, 1, 2 },
      20,
      78,
      { { "c" }, { ",", "d" } },
      { { 75 }, { 1, 2 } } },
    /* BREAK */
    { { "cat BREAK ", "dog" }, { 1, 1 }, 20, 76, { { "c" }, { "d" } }, { { 1 }, { 1 } } },
    { { "cat BREAK", " BREAK dog" },
      { 1, 1 },
      20,
      151,
      { { "c" }, { "" }, { "d" } },
      { { 1 }, { 0 }, { 1 } } },
    { { "cat BREAK" }, { 1 }, 20, 75, { { "c" } }, { { 1 } } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
      g_autoptr (GString) prompt = g_string_new (NULL);
      g_autoptr (SfPromptPlan) plan = NULL;

      for (guint j = 0; j < 4 && CASES[i].parts[j] != NULL; j++)
        {
          g_autofree char *part = repeat (CASES[i].parts[j], CASES[i].n[j]);

          g_string_append (prompt, part);
        }
      options.comma_backtracking = CASES[i].backtracking;
      plan = new_plan (prompt->str, 10, &options);
      g_test_message ("%s", prompt->str);
      g_assert_cmpuint (sf_prompt_plan_get_n_tokens (plan), ==, CASES[i].n_tokens);
      if (CASES[i].n_chunk_parts[0][0] == 0)
        {
          g_assert_cmpuint (sf_prompt_plan_get_n_chunks (plan), ==, 2);
          continue;
        }
      for (guint j = 0; j < 3 && CASES[i].chunk_parts[j][0] != NULL; j++)
        {
          g_autoptr (GString) letters = g_string_new (NULL);

          for (guint k = 0; k < 2 && CASES[i].chunk_parts[j][k] != NULL; k++)
            {
              g_autofree char *run = repeat (CASES[i].chunk_parts[j][k],
                                             CASES[i].n_chunk_parts[j][k]);

              g_string_append (letters, run);
            }
          g_assert_cmpuint (sf_prompt_plan_get_n_chunks (plan), >, j);
          assert_chunk (&get_text (plan, 0)->chunks[j], letters->str);
        }
    }
}

/* OpenCLIP: all that comes after the first end is 0. */
static void
test_pad (void)
{
  SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
  g_autoptr (SfPromptPlan) plan = NULL;
  const SfPromptChunk *chunks = NULL;

  options.pad = 0;
  plan = new_plan ("cat BREAK cat<|endoftext|>cat", 10, &options);
  chunks = get_text (plan, 0)->chunks;
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (chunks[i].ids[1], ==, CAT);
      g_assert_cmpint (chunks[i].ids[2], ==, SF_TOKENIZER_END);
      for (guint j = 3; j < SF_TOKENIZER_CONTEXT; j++)
        g_assert_cmpint (chunks[i].ids[j], ==, 0);
    }
}

static void
test_comfyui (void)
{
  SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
  g_autofree char *cats = repeat ("cat ", 74);
  g_autofree char *short_word = g_strconcat (cats, "(cat,:1.5) dog", NULL);
  g_autofree char *long_word = g_strconcat (cats, "12345678", NULL);
  g_autofree char *commas = repeat (",cat ", 80);
  g_autoptr (SfPromptPlan) kept = NULL, cut = NULL, separators = NULL, a1111 = NULL;
  const SfPromptChunk *chunks = NULL;

  options.grammar = SF_PROMPT_GRAMMAR_COMFYUI;
  kept = new_plan (short_word, 10, &options);
  chunks = get_text (kept, 0)->chunks;
  g_assert_cmpuint (get_text (kept, 0)->n_chunks, ==, 2);
  g_assert_cmpint (chunks[0].ids[75], ==, SF_TOKENIZER_END);
  assert_chunk (&chunks[1], "c,d");
  g_assert_cmpfloat (chunks[1].weights[1], ==, 1.5f);
  g_assert_cmpfloat (chunks[1].weights[2], ==, 1.5f);
  g_assert_cmpfloat (chunks[1].weights[3], ==, 1);
  g_assert_cmpuint (sf_prompt_plan_get_n_tokens (kept), ==, 78);

  cut = new_plan (long_word, 10, &options);
  g_assert_cmpuint (get_text (cut, 0)->n_chunks, ==, 2);
  g_assert_cmpint (get_text (cut, 0)->chunks[0].ids[75], !=, SF_TOKENIZER_END);
  g_assert_cmpint (get_text (cut, 0)->chunks[1].ids[7], !=, SF_TOKENIZER_END);
  g_assert_cmpint (get_text (cut, 0)->chunks[1].ids[8], ==, SF_TOKENIZER_END);

  /* No AND, no BREAK, no schedules, no tags. */
  separators = new_plan ("cat AND dog BREAK [a:b:3] <lora:x>", 10, &options);
  a1111 = new_plan ("cat AND dog BREAK [a:b:3] <lora:x>", 10,
                    &(SfPromptOptions) SF_PROMPT_OPTIONS_INIT);
  g_assert_cmpuint (sf_prompt_plan_get_n_parts (separators), ==, 1);
  g_assert_cmpuint (sf_prompt_plan_get_n_chunks (separators), ==, 1);
  g_assert_cmpuint (sf_prompt_plan_get_n_parts (a1111), ==, 2);
  g_assert_cmpuint (sf_prompt_plan_get_n_chunks (a1111), ==, 2);
}

static void
test_plain (void)
{
  SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
  g_autofree char *cats = repeat ("cat ", 80);
  g_autoptr (SfPromptPlan) cut = NULL, literal = NULL;
  gint32 ids[SF_TOKENIZER_CONTEXT];
  const char *text = "(cat:2) AND [dog|{a|b}] # x";

  options.grammar = SF_PROMPT_GRAMMAR_PLAIN;
  cut = new_plan (cats, 10, &options);
  g_assert_cmpuint (sf_prompt_plan_get_n_chunks (cut), ==, 1);
  g_assert_cmpuint (sf_prompt_plan_get_n_tokens (cut), ==, 80);
  literal = new_plan (text, 10, &options);
  sf_tokenizer_encode_77 (get_tokenizer (), text, ids);
  g_assert_cmpmem (get_text (literal, 0)->chunks->ids, sizeof ids, ids, sizeof ids);
}

static void
assert_part (const SfPromptPlan *plan, guint part, guint step, const char *text, float weight)
{
  SfPromptPart found = sf_prompt_plan_get_part (plan, part, step);

  g_assert_cmpstr (get_text (plan, found.text)->text, ==, text);
  g_assert_cmpfloat (found.weight, ==, weight);
}

static void
test_steps (void)
{
  SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
  g_autoptr (SfPromptPlan) plan = new_plan ("cat [a:b:3] AND [cat|dog] :0.5", 10, &options);
  guint n_texts = 0;

  sf_prompt_plan_get_texts (plan, &n_texts);
  g_assert_cmpuint (n_texts, ==, 4);
  g_assert_cmpuint (sf_prompt_plan_get_n_parts (plan), ==, 2);
  for (guint step = 0; step < 10; step++)
    {
      assert_part (plan, 0, step, step <= 3 ? "cat a" : "cat b", 1);
      assert_part (plan, 1, step, step <= 1 || step % 2 == 1 ? " cat" : " dog", 0.5f);
    }
  g_assert_true (sf_prompt_plan_is_same_step (plan, 0, 1));
  g_assert_false (sf_prompt_plan_is_same_step (plan, 1, 2));
  g_assert_true (sf_prompt_plan_is_same_step (plan, 5, 7));
  g_assert_false (sf_prompt_plan_is_same_step (plan, 3, 5));
}

/* Parts with the same text share it; a negative prompt has one part and no tags. */
static void
test_parts (void)
{
  SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
  g_autoptr (SfPromptPlan) shared = new_plan (" cat AND cat :2", 10, &options);
  g_autoptr (SfPromptPlan) negative = NULL;
  guint n = 0;

  g_assert_cmpuint (sf_prompt_plan_get_n_parts (shared), ==, 2);
  sf_prompt_plan_get_texts (shared, &n);
  g_assert_cmpuint (n, ==, 1);
  assert_part (shared, 1, 0, " cat", 2);

  options.is_negative = TRUE;
  negative = new_plan ("cat <lora:x> AND dog :2", 10, &options);
  g_assert_cmpuint (sf_prompt_plan_get_n_parts (negative), ==, 1);
  assert_part (negative, 0, 0, "cat <lora:x> AND dog :2", 1);
  sf_prompt_plan_get_tags (negative, &n);
  g_assert_cmpuint (n, ==, 0);
}

/* Texts of one schedule are filled up to the same length. */
static void
test_fill_up (void)
{
  SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
  g_autofree char *dogs = repeat ("dog ", 80);
  g_autofree char *prompt = g_strdup_printf ("[cat:%s:3] AND cat", dogs);
  g_autoptr (SfPromptPlan) plan = new_plan (prompt, 10, &options);

  g_assert_cmpuint (get_text (plan, 0)->n_chunks, ==, 2);
  g_assert_cmpuint (get_text (plan, 1)->n_chunks, ==, 2);
  g_assert_cmpuint (get_text (plan, 2)->n_chunks, ==, 1);
  assert_chunk (&get_text (plan, 0)->chunks[0], "c");
  assert_chunk (&get_text (plan, 0)->chunks[1], "");
}

static void
test_order (void)
{
  SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
  g_autoptr (SfPromptPlan) plan = new_plan ("cat {<lora:a:1>|<lora:a:1>}# {x|y}", 10, &options);
  guint n_tags = 0;
  const SfPromptTag *tags = sf_prompt_plan_get_tags (plan, &n_tags);

  g_assert_cmpuint (n_tags, ==, 1);
  g_assert_cmpstr (tags[0].kind, ==, "lora");
  g_assert_cmpstr (tags[0].arguments[1], ==, "1");
  g_assert_cmpstr (sf_prompt_plan_get_chosen_text (plan), ==, "cat <lora:a:1>");
  assert_part (plan, 0, 0, "cat", 1);
}

/* Textual inversion */

static const char *const NAMES[] = { "dog", "dog cat", "wide", "none", "Huge-One", NULL };

static gconstpointer
find_embedding (const char *name, guint *n_vectors, gpointer user_data)
{
  guint *n_calls = user_data;

  (*n_calls)++;
  if (g_str_equal (name, "none"))
    return NULL;
  *n_vectors = g_str_equal (name, "dog") ? 2 : g_str_equal (name, "dog cat") ? 3 : 10;
  if (g_str_equal (name, "Huge-One"))
    *n_vectors = 76;
  for (guint i = 0; NAMES[i] != NULL; i++)
    {
      if (g_str_equal (name, NAMES[i]))
        return NAMES[i];
    }
  return NULL;
}

static void
assert_embedding (const SfPromptChunk *chunk, guint first, guint position, const char *name,
                  guint n)
{
  g_assert_cmpuint (chunk->n_replacements, >=, first + n);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (chunk->replacements[first + i].position, ==, position + i);
      g_assert_cmpuint (chunk->replacements[first + i].index, ==, i);
      g_assert_cmpstr (chunk->replacements[first + i].embedding, ==, name);
    }
}

static void
test_embeddings (void)
{
  guint n_calls = 0;
  SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
  g_autofree char *cats = repeat ("cat ", 70);
  g_autofree char *near_end = g_strconcat (cats, "wide cat", NULL);
  g_autofree char *behind_comma = g_strconcat (cats, ", dog cat cat cat", NULL);
  g_autoptr (SfPromptPlan) longest = NULL, weighted = NULL, whole = NULL, text = NULL, left = NULL;
  const SfPromptChunk *chunks = NULL;

  options.embeddings = (SfPromptEmbeddings){ NAMES, find_embedding, &n_calls };
  longest = new_plan ("dog, Dog cat dog", 10, &options);
  chunks = get_text (longest, 0)->chunks;
  assert_chunk (chunks, "00,00000");
  assert_embedding (chunks, 0, 1, "dog", 2);
  assert_embedding (chunks, 2, 4, "dog cat", 3);
  assert_embedding (chunks, 5, 7, "dog", 2);
  g_assert_cmpuint (n_calls, ==, 2);

  /* Another weight, another piece of text. */
  weighted = new_plan ("dog (cat:1.2) (dog:1.5)", 10, &options);
  chunks = get_text (weighted, 0)->chunks;
  assert_chunk (chunks, "00c00");
  g_assert_cmpfloat (chunks->weights[3], ==, 1.2f);
  g_assert_cmpfloat (chunks->weights[5], ==, 1.5f);

  whole = new_plan (near_end, 10, &options);
  g_assert_cmpuint (get_text (whole, 0)->n_chunks, ==, 2);
  g_assert_cmpuint (get_text (whole, 0)->chunks[0].n_replacements, ==, 0);
  assert_chunk (&get_text (whole, 0)->chunks[1], "0000000000c");
  assert_embedding (&get_text (whole, 0)->chunks[1], 0, 1, "wide", 10);

  /* What has no vectors that fit stays text, and so does what does not exist. */
  text = new_plan ("none huge-one", 10, &options);
  g_assert_cmpuint (get_text (text, 0)->chunks->n_replacements, ==, 0);

  /* The vectors stay where the comma was left. */
  left = new_plan (behind_comma, 10, &options);
  chunks = get_text (left, 0)->chunks;
  g_assert_cmpuint (get_text (left, 0)->n_chunks, ==, 2);
  assert_embedding (&chunks[0], 0, 72, "dog cat", 3);
  g_assert_cmpint (chunks[0].ids[72], ==, SF_TOKENIZER_END);
  assert_chunk (&chunks[1], "000cc");
  g_assert_cmpuint (chunks[1].n_replacements, ==, 0);
}

static void
test_embeddings_comfyui (void)
{
  guint n_calls = 0;
  SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
  g_autofree char *cats = repeat ("cat ", 70);
  g_autofree char *near_end = g_strconcat (cats, "embedding:wide", NULL);
  g_autoptr (SfPromptPlan) named = NULL, cut = NULL;
  const SfPromptChunk *chunks = NULL;

  options.grammar = SF_PROMPT_GRAMMAR_COMFYUI;
  options.embeddings = (SfPromptEmbeddings){ NAMES, find_embedding, &n_calls };
  named =
      new_plan ("dog embedding:dog (embedding:dog.pt,:1.5) embedding:missing embedding:none cat",
                10, &options);
  chunks = get_text (named, 0)->chunks;
  assert_chunk (chunks, "d0000,c");
  assert_embedding (chunks, 0, 2, "dog", 2);
  assert_embedding (chunks, 2, 4, "dog", 2);
  g_assert_cmpfloat (chunks->weights[5], ==, 1.5f);

  cut = new_plan (near_end, 10, &options);
  chunks = get_text (cut, 0)->chunks;
  g_assert_cmpuint (get_text (cut, 0)->n_chunks, ==, 2);
  assert_embedding (&chunks[0], 0, 71, "wide", 5);
  g_assert_cmpuint (chunks[1].n_replacements, ==, 5);
  g_assert_cmpuint (chunks[1].replacements[0].position, ==, 1);
  g_assert_cmpuint (chunks[1].replacements[0].index, ==, 5);
}

static void
test_emphasis (void)
{
  SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
  g_autoptr (SfPromptPlan) plan = new_plan ("(cat:2) AND [dog:cat:3]", 10, &options);
  SfArray *encodings[3];

  for (guint i = 0; i < 3; i++)
    {
      encodings[i] = sf_array (1, SF_TOKENIZER_CONTEXT, 2);
      for (gsize j = 0; j < encodings[i]->n_values; j++)
        encodings[i]->data[j] = 1;
    }
  sf_prompt_plan_apply_emphasis (plan, SF_EMPHASIS_ORIGINAL, encodings, NULL);
  g_assert_cmpfloat_with_epsilon (encodings[0]->data[0], 77.0 / 78, 1e-6);
  g_assert_cmpfloat_with_epsilon (encodings[0]->data[2], 2 * 77.0 / 78, 1e-6);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpfloat (encodings[i]->data[0] == 1, ==, i > 0);
      sf_array_unref (encodings[i]);
    }
}

static void
assert_refused (const char *text, guint n_steps, const char *message)
{
  SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
  g_autoptr (GError) error = NULL;
  SfPromptPlan *plan = sf_prompt_plan_new (get_tokenizer (), text, n_steps, &options, &error);

  g_assert_null (plan);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_limits (void)
{
  g_autofree char *long_text = g_strnfill (SF_PROMPT_MAX_BYTES + 1, 'a');
  g_autofree char *parts = repeat ("a AND ", SF_PROMPT_MAX_PARTS);
  g_autofree char *filler = g_strnfill (100000, 'x');
  g_autofree char *scheduled = g_strconcat ("[a|b]", filler, NULL);

  assert_refused (long_text, 10, "longer than 1048576 bytes");
  assert_refused (parts, 10, "65 parts");
  assert_refused (scheduled, 1000, "longer than 16777216 bytes");
}

/* Texts that would be slow if something were done twice for each of their characters. */
static void
test_large (void)
{
  static const char *const PIECES[] = {
    "(",   "[",  "([{<:|", "a, (b:1.2) ", "[a:b:0.5] ", "{",  "{a|", "_",
    "<a:", "/*", "x",      "a(b)",        "|",          "\\", ")]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (PIECES); i++)
    {
      g_autofree char *text = repeat (PIECES[i], 100000);

      for (guint grammar = 0; grammar < 3; grammar++)
        {
          SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
          g_autoptr (SfPromptPlan) plan = NULL;
          gint64 start = g_get_monotonic_time ();

          options.grammar = grammar;
          text[MIN (strlen (text), SF_PROMPT_MAX_BYTES)] = '\0';
          plan = sf_prompt_plan_new (get_tokenizer (), text, 20, &options, NULL);
          g_assert_cmpint (g_get_monotonic_time () - start, <, 60 * G_USEC_PER_SEC);
        }
    }
}

static char *
make_random_text (GRand *random)
{
  static const char *const PIECES[] = {
    "(",
    ")",
    "[",
    "]",
    ":",
    "|",
    "\\",
    "{",
    "}",
    "__",
    "<",
    ">",
    "#",
    ",",
    " ",
    "\n",
    "/*",
    "*/",
    "//",
    "AND",
    " AND ",
    "BREAK",
    " BREAK ",
    "1.3",
    ".5",
    "3",
    "-",
    ":1.2)",
    ":0.5]",
    "<lora:a:1>",
    "embedding:dog",
    "dog",
    "cat",
    "\xc3\xa9",
    "\xf0\x9f\x98\x80",
    "\xe3\x80\x80",
    "\xff",
    "\xc3",
    "\xed\xa0\x80",
    "<|endoftext|>",
    "&amp;",
    "cat cat cat cat cat cat cat cat cat cat cat cat cat cat cat cat cat cat ",
  };
  GString *text = g_string_new (NULL);
  gboolean is_raw = g_rand_int_range (random, 0, 4) == 0;
  gint n_pieces = g_rand_int_range (random, 0, 40);

  for (gint i = 0; i < n_pieces; i++)
    {
      if (is_raw)
        g_string_append_c (text, (char) g_rand_int_range (random, 1, 256));
      else
        g_string_append (text, PIECES[g_rand_int_range (random, 0, G_N_ELEMENTS (PIECES))]);
    }
  return g_string_free (text, FALSE);
}

static void
check_random (const SfPromptPlan *plan, guint n_steps)
{
  guint n_texts = 0;
  const SfPromptText *texts = sf_prompt_plan_get_texts (plan, &n_texts);

  for (guint part = 0; part < sf_prompt_plan_get_n_parts (plan); part++)
    {
      for (guint step = 0; step < n_steps; step++)
        g_assert_cmpuint (sf_prompt_plan_get_part (plan, part, step).text, <, n_texts);
    }
  for (guint i = 0; i < n_texts; i++)
    {
      g_assert_true (g_utf8_validate (texts[i].text, -1, NULL));
      g_assert_cmpuint (texts[i].n_chunks, >, 0);
      for (guint j = 0; j < texts[i].n_chunks; j++)
        {
          const SfPromptChunk *chunk = &texts[i].chunks[j];

          g_assert_cmpint (chunk->ids[0], ==, SF_TOKENIZER_BEGIN);
          for (guint k = 0; k < SF_TOKENIZER_CONTEXT; k++)
            g_assert_true (chunk->ids[k] < SF_TOKENIZER_VOCABULARY && isfinite (chunk->weights[k]));
        }
    }
}

static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  gint64 start = g_get_monotonic_time ();
  guint n_calls = 0;

  for (guint i = 0; i < RANDOM_TEXTS; i++)
    {
      SfPromptOptions options = SF_PROMPT_OPTIONS_INIT;
      g_autofree char *text = make_random_text (random);
      guint n_steps = (guint) g_rand_int_range (random, 1, 30);
      g_autoptr (SfPromptPlan) plan = NULL;

      options.grammar = i % 3;
      options.is_negative = i % 7 == 0;
      options.comma_backtracking = (guint) g_rand_int_range (random, 0, 75);
      options.wildcard_seed = i;
      options.embeddings = (SfPromptEmbeddings){ NAMES, find_embedding, &n_calls };
      plan = new_plan (text, n_steps, &options);
      check_random (plan, n_steps);
    }
  g_assert_cmpint (g_get_monotonic_time () - start, <, RANDOM_SECONDS * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  int status = 0;

  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt-plan/one-chunk", test_one_chunk);
  g_test_add_func ("/prompt-plan/empty", test_empty);
  g_test_add_func ("/prompt-plan/chunks", test_chunks);
  g_test_add_func ("/prompt-plan/pad", test_pad);
  g_test_add_func ("/prompt-plan/comfyui", test_comfyui);
  g_test_add_func ("/prompt-plan/plain", test_plain);
  g_test_add_func ("/prompt-plan/steps", test_steps);
  g_test_add_func ("/prompt-plan/parts", test_parts);
  g_test_add_func ("/prompt-plan/fill-up", test_fill_up);
  g_test_add_func ("/prompt-plan/order", test_order);
  g_test_add_func ("/prompt-plan/embeddings", test_embeddings);
  g_test_add_func ("/prompt-plan/embeddings-comfyui", test_embeddings_comfyui);
  g_test_add_func ("/prompt-plan/emphasis", test_emphasis);
  g_test_add_func ("/prompt-plan/limits", test_limits);
  g_test_add_func ("/prompt-plan/large", test_large);
  g_test_add_func ("/prompt-plan/random", test_random);
  status = g_test_run ();
  sf_tokenizer_unref (get_tokenizer ());
  return status;
}
