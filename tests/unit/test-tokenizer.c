/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-tokenizer.h"

#include <locale.h>
#include <string.h>

#include <json-glib/json-glib.h>

static SfTokenizer *
new_tokenizer (void)
{
  g_autoptr (GError) error = NULL;
  SfTokenizer *tokenizer = sf_tokenizer_new (&error);

  g_assert_no_error (error);
  return tokenizer;
}

static void
assert_ids (const gint32 *ids, gsize n_ids, JsonArray *expected)
{
  g_assert_cmpuint (n_ids, ==, json_array_get_length (expected));
  for (gsize i = 0; i < n_ids; i++)
    g_assert_cmpint (ids[i], ==, json_array_get_int_element (expected, (guint) i));
}

static void
check_goldens (SfTokenizer *tokenizer)
{
  g_autofree char *path = g_build_filename (SF_TEST_GOLDENS, "tokenizer", "prompts.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;
  JsonArray *prompts = NULL;

  g_assert_true (json_parser_load_from_file (parser, path, &error));
  g_assert_no_error (error);
  prompts = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (prompts), ==, 22);
  for (guint i = 0; i < json_array_get_length (prompts); i++)
    {
      JsonObject *item = json_array_get_object_element (prompts, i);
      const char *prompt = json_object_get_string_member (item, "prompt");
      gint32 context[SF_TOKENIZER_CONTEXT];
      gsize n_ids = 0;
      g_autofree gint32 *ids = sf_tokenizer_encode (tokenizer, prompt, &n_ids);

      assert_ids (ids, n_ids, json_object_get_array_member (item, "ids_full"));
      g_assert_cmpuint (sf_tokenizer_count (tokenizer, prompt), ==, n_ids);
      sf_tokenizer_encode_77 (tokenizer, prompt, context);
      assert_ids (context, SF_TOKENIZER_CONTEXT, json_object_get_array_member (item, "ids77"));
    }
}

static void
test_goldens (void)
{
  g_autoptr (SfTokenizer) tokenizer = new_tokenizer ();

  check_goldens (tokenizer);
}

static gpointer
thread_main (gpointer tokenizer)
{
  for (guint i = 0; i < 4; i++)
    check_goldens (tokenizer);
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (SfTokenizer) tokenizer = new_tokenizer ();
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("tokenizer", thread_main, tokenizer);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* Texts that must give the same tokens. */
static void
test_same (void)
{
  static const char *const PAIRS[][2] = {
    { "A CAT", "a cat" },
    { " \t\n a\r\ncat\xc2\xa0 ", "a cat" },
    { "ΟΔΟΣ ΣΑΣ. Σ", "οδος σας. σ" },
    { "ΣΑΣ'Α ΣΑΣ' Α", "σασ'α σας' α" },
    { "İ", "i\xcc\x87" },
    { "Ⅷ Ⓑ", "ⅷ ⓑ" },
    { "&amp;amp;lt;b&gt;", "<b>" },
    { "<b>&amp;quot;", "<b>\"" },
    { "<|StartOfText|>x", "<|startoftext|>x" },
    { "bad \xff\xfe bytes \xc3", "bad �� bytes �" },
    { "cut \xf0\x9f\x98", "cut ���" },
  };
  g_autoptr (SfTokenizer) tokenizer = new_tokenizer ();

  for (guint i = 0; i < G_N_ELEMENTS (PAIRS); i++)
    {
      gsize n_first = 0, n_second = 0;
      g_autofree gint32 *first = sf_tokenizer_encode (tokenizer, PAIRS[i][0], &n_first);
      g_autofree gint32 *second = sf_tokenizer_encode (tokenizer, PAIRS[i][1], &n_second);

      g_assert_cmpuint (n_first, >, 0);
      g_assert_cmpmem (first, n_first * 4, second, n_second * 4);
    }
}

static void
test_special_tokens (void)
{
  static const struct
  {
    const char *text;
    gint32 ids[3];
  } CASES[] = {
    { "<|startoftext|><|endoftext|> cat", { 49406, 49407, 2368 } },
    { "cat<|endoftext|>cat", { 2368, 49407, 2368 } },
  };
  g_autoptr (SfTokenizer) tokenizer = new_tokenizer ();

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      gsize n_ids = 0;
      g_autofree gint32 *ids = sf_tokenizer_encode (tokenizer, CASES[i].text, &n_ids);

      g_assert_cmpmem (ids, n_ids * 4, CASES[i].ids, sizeof CASES[i].ids);
    }
}

/* Every token is in the vocabulary, whatever the text; a long one takes no time. */
static void
test_any_text (void)
{
  g_autoptr (SfTokenizer) tokenizer = new_tokenizer ();
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autofree char *long_word = g_strnfill (300000, 'x');
  gsize n_ids = 0;
  g_autofree gint32 *ids = sf_tokenizer_encode (tokenizer, long_word, &n_ids);

  g_assert_cmpuint (n_ids, ==, 300000 / 4);
  for (gsize i = 0; i + 1 < n_ids; i++)
    g_assert_cmpint (ids[i], ==, ids[0]);

  for (guint i = 0; i < 300; i++)
    {
      char text[65] = { 0 };
      gsize n_random = 0;
      g_autofree gint32 *random_ids = NULL;

      for (guint j = 0; j < 64; j++)
        text[j] = (char) g_rand_int_range (random, 1, 256);
      random_ids = sf_tokenizer_encode (tokenizer, text, &n_random);
      for (gsize j = 0; j < n_random; j++)
        g_assert_cmpint (random_ids[j], <, SF_TOKENIZER_VOCABULARY);
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tokenizer/goldens", test_goldens);
  g_test_add_func ("/tokenizer/threads", test_threads);
  g_test_add_func ("/tokenizer/same", test_same);
  g_test_add_func ("/tokenizer/special-tokens", test_special_tokens);
  g_test_add_func ("/tokenizer/any-text", test_any_text);
  return g_test_run ();
}
