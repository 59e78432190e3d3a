/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-prompt-weights.h"

#include <locale.h>
#include <string.h>

/* A prompt and its spans. */
typedef struct
{
  const char *prompt;
  const char *spans;
} Case;

static const Case A1111[] = {
  /* plain text */
  { "", "'' 1" },
  { "a", "'a' 1" },
  { "a castle", "'a castle' 1" },
  { "a, b", "'a, b' 1" },
  { "  a  ", "'  a  ' 1" },
  { "a\nb", "'a\nb' 1" },
  { "é 城", "'é 城' 1" },
  /* round brackets */
  { "(a)", "'a' 1.1" },
  { "a (b) c", "'a ' 1, 'b' 1.1, ' c' 1" },
  { "((a))", "'a' 1.21" },
  { "(((a)))", "'a' 1.331" },
  { "(a)(b)", "'ab' 1.1" },
  { "(a) (b)", "'a' 1.1, ' ' 1, 'b' 1.1" },
  { "(a (b) c)", "'a ' 1.1, 'b' 1.21, ' c' 1.1" },
  { "((a) b)", "'a' 1.21, ' b' 1.1" },
  { "()", "'' 1" },
  { "(())", "'' 1" },
  { "a()b", "'ab' 1" },
  { "( a )", "' a ' 1.1" },
  { "(a)b(c)", "'a' 1.1, 'b' 1, 'c' 1.1" },
  /* square brackets */
  { "[a]", "'a' 0.9091" },
  { "a [b] c", "'a ' 1, 'b' 0.9091, ' c' 1" },
  { "[[a]]", "'a' 0.8264" },
  { "[a][b]", "'ab' 0.9091" },
  { "[a [b] c]", "'a ' 0.9091, 'b' 0.8264, ' c' 0.9091" },
  { "[]", "'' 1" },
  { "[(a)]", "'a' 1" },
  { "([a])", "'a' 1" },
  { "([[a]])", "'a' 0.9091" },
  { "[(a:2)]", "'a' 1.818" },
  /* weights */
  { "(a:1.3)", "'a' 1.3" },
  { "(a:1)", "'a' 1" },
  { "(a:0)", "'a' 0" },
  { "(a:-1)", "'a' -1" },
  { "(a:+2)", "'a' 2" },
  { "(a:.5)", "'a' 0.5" },
  { "(a:2.)", "'a' 2" },
  { "(a:0.5) b", "'a' 0.5, ' b' 1" },
  { "a (b:1.3), c", "'a ' 1, 'b' 1.3, ', c' 1" },
  { "(a: 1.3)", "'a' 1.3" },
  { "(a:1.3 )", "'a' 1.3" },
  { "(a : 1.3)", "'a ' 1.3" },
  { "(a:\n1.3)", "'a' 1.3" },
  { "(a b:1.3)(c:1.3)", "'a bc' 1.3" },
  { "(a:1.3)(b:1.2)", "'a' 1.3, 'b' 1.2" },
  /* nested weights */
  { "((a:1.3))", "'a' 1.43" },
  { "((a:1.3):1.2)", "'a' 1.56" },
  { "((a):1.3)", "'a' 1.43" },
  { "(a (b:2) c:3)", "'a ' 3, 'b' 6, ' c' 3" },
  { "(a [b] c:2)", "'a ' 2, 'b' 1.818, ' c' 2" },
  { "(((a:1.5)):0.5)", "'a' 0.825" },
  { "(a:1.2:1.3)", "'a:1.2' 1.3" },
  { "((a:2)(b:3):0.5)", "'a' 1, 'b' 1.5" },
  /* what is no weight */
  { "a:1.3", "'a:1.3' 1" },
  { "a:1.3)", "'a:1.3)' 1" },
  { "(a:b)", "'a:b' 1.1" },
  { "(a:1.3", "'a:1.3' 1.1" },
  { "(a:)", "'a:' 1.1" },
  { "(a:1.3b)", "'a:1.3b' 1.1" },
  { "(a:1,3)", "'a:1,3' 1.1" },
  { "[a:1.3]", "'a:1.3' 0.9091" },
  { "(a:1e1)", "'a:1e1' 1.1" },
  { "(a::1.3)", "'a:' 1.3" },
  { ":", "':' 1" },
  { " : ", "' : ' 1" },
  { "(:1.3)", "'' 1" },
  { "(a:1.2.3)", "'a:1.2.3' 1.1" },
  { "(a:.)", "'a:.' 1.1" },
  { "(a:1.3]", "'a:1.3]' 1.1" },
  /* not closed */
  { "(a", "'a' 1.1" },
  { "((a", "'a' 1.21" },
  { "[a", "'a' 0.9091" },
  { "a (b", "'a ' 1, 'b' 1.1" },
  { "a (b [c", "'a ' 1, 'b ' 1.1, 'c' 1" },
  { "(a [b", "'a ' 1.1, 'b' 1" },
  { "[a (b", "'a ' 0.9091, 'b' 1" },
  { "((a)", "'a' 1.21" },
  { "(a))", "'a' 1.1, ')' 1" },
  { "a)", "'a)' 1" },
  { "a]", "'a]' 1" },
  { ")(", "')' 1" },
  { "]a[", "']a' 1" },
  { "(a]", "'a]' 1.1" },
  { "[a)", "'a)' 0.9091" },
  { "([a)]", "'a' 1" },
  { "([a)b]", "'a' 1, 'b' 0.9091" },
  { "(a[b)c", "'a' 1.1, 'b' 1, 'c' 0.9091" },
  /* escapes */
  { "\\(a\\)", "'(a)' 1" },
  { "\\[a\\]", "'[a]' 1" },
  { "\\\\", "'\\' 1" },
  { "\\", "'' 1" },
  { "a\\", "'a' 1" },
  { "\\a", "'a' 1" },
  { "(\\(a\\))", "'(a)' 1.1" },
  { "(a\\)", "'a)' 1.1" },
  { "(a\\):1.3)", "'a)' 1.3" },
  { "\\\\(a)", "'\\' 1, 'a' 1.1" },
  { "\\\\\\(a)", "'\\(a)' 1" },
  { "a\\:b", "'a:b' 1" },
  { "(a\\b)", "'ab' 1.1" },
  { "\\(a:1.3)", "'(a:1.3)' 1" },
  { "(\\(:1.2)", "'(' 1.2" },
  /* BREAK */
  { "a BREAK b", "'a' 1, 'BREAK' -1, 'b' 1" },
  { "BREAK", "'' 1, 'BREAK' -1, '' 1" },
  { "a BREAK", "'a' 1, 'BREAK' -1, '' 1" },
  { "BREAK b", "'' 1, 'BREAK' -1, 'b' 1" },
  { "a  BREAK\nb", "'a' 1, 'BREAK' -1, 'b' 1" },
  { "a BREAK BREAK b", "'a' 1, 'BREAK' -1, '' 1, 'BREAK' -1, 'b' 1" },
  { "BREAKS", "'BREAKS' 1" },
  { "aBREAK", "'aBREAK' 1" },
  { "break", "'break' 1" },
  { "a_BREAK b", "'a_BREAK b' 1" },
  { "a,BREAK,b", "'a,' 1, 'BREAK' -1, ',b' 1" },
  { "(a) BREAK (b)", "'a' 1.1, '' 1, 'BREAK' -1, '' 1, 'b' 1.1" },
  { "(a BREAK b)", "'a' 1.1, 'BREAK' -1.1, 'b' 1.1" },
  { "[BREAK]", "'' 0.9091, 'BREAK' -0.9091, '' 0.9091" },
  { "(BREAK:-1)", "'' -1, 'BREAK' 1, '' -1" },
  { "(BREAK:1)", "'' 1, 'BREAK' -1, '' 1" },
  { "a:BREAK", "'a:' 1, 'BREAK' -1, '' 1" },
  /* merging */
  { "(a)\\(b)", "'a' 1.1, '(b)' 1" },
  { "a\\(b", "'a(b' 1" },
  { "(a:1.1)(b)", "'ab' 1.1" },
  { "(a:1.21)((b))", "'a' 1.21, 'b' 1.21" },
  { "a(b:1)c", "'abc' 1" },
  { "(a)[(b)]", "'a' 1.1, 'b' 1" },
  /* separators are text here */
  { "a|b", "'a|b' 1" },
  { "[a|b]", "'a|b' 0.9091" },
  { "a AND b", "'a AND b' 1" },
  { "<b>", "'<b>' 1" },
  { "a # b", "'a # b' 1" },
  { "{a|b}", "'{a|b}' 1" },
  { "__a__", "'__a__' 1" },
  /* the example */
  { "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
    "'a ' 1, 'house' 1.573, ' ' 1.1, 'on' 1, ' a ' 1.1, 'hill' 0.55, ', sun, ' 1.1, 'sky' 1.464, '.' 1.1" },
};
static const Case COMFYUI[] = {
  { "", "" },
  { "a", "'a' 1" },
  { "a (b) c", "'a ' 1, 'b' 1.1, ' c' 1" },
  { "((a))", "'a' 1.21" },
  { "(a:1.3)", "'a' 1.3" },
  { "((a:1.3))", "'a' 1.3" },
  { "(a:1.3) b", "'a' 1.3, ' b' 1" },
  { "(a (b:1.3) c)", "'a ' 1.1, 'b' 1.3, ' c' 1.1" },
  { "(a (b) c:2)", "'a ' 2, 'b' 2.2, ' c' 2" },
  { "((a):2)", "'a' 2.2" },
  { "((a:2):3)", "'a' 2" },
  { "(a:2:3)", "'a:2' 3" },
  { "(a:b)", "'a:b' 1.1" },
  { "(a:)", "'a:' 1.1" },
  { "(:2)", "':2' 1.1" },
  { "(a: 2 )", "'a' 2" },
  { "(a:-1)", "'a' -1" },
  { "(a:.5)", "'a' 0.5" },
  { "(a:1e1)", "'a' 10" },
  { "()", "" },
  { "(())", "" },
  { "(a", "'(a' 1" },
  { "((a)", "'(a' 1.1" },
  { "(a))", "'a' 1.1, ')' 1" },
  { "a)", "'a)' 1" },
  { "a) (b) c", "'a) (b) c' 1" },
  { ")(a)", "')(a)' 1" },
  { "[a]", "'[a]' 1" },
  { "[a:2]", "'[a:2]' 1" },
  { "\\(a\\)", "'(a)' 1" },
  { "(\\(a\\))", "'(a)' 1.1" },
  { "\\(a)", "'(a)' 1" },
  { "(a\\)", "'(a)' 1" },
  { "(a\\):2)", "'a)' 2" },
  { "\\\\(a)", "'\\(a)' 1" },
  { "a\\b", "'a\\b' 1" },
  { "(a)(b)", "'a' 1.1, 'b' 1.1" },
  { "a BREAK b", "'a BREAK b' 1" },
  { "((a:2)b)", "'a' 2, 'b' 1.1" },
};

static char *
describe (const SfPromptWeights *weights)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < weights->spans->len; i++)
    {
      const SfPromptSpan *span = &g_array_index (weights->spans, SfPromptSpan, i);
      char number[32];

      g_ascii_formatd (number, sizeof number, "%.4g", span->weight);
      g_string_append_printf (out, "%s'%.*s' %s", i > 0 ? ", " : "", (int) span->n_bytes,
                              weights->text->str + span->start, number);
    }
  return g_string_free (out, FALSE);
}

static void
check_cases (const Case *cases, gsize n_cases, SfPromptWeights *(*parse) (const char *text))
{
  for (gsize i = 0; i < n_cases; i++)
    {
      g_autoptr (SfPromptWeights) weights = parse (cases[i].prompt);
      g_autofree char *spans = describe (weights);

      g_test_message ("%s", cases[i].prompt);
      g_assert_cmpstr (spans, ==, cases[i].spans);
    }
}

static void
test_a1111 (void)
{
  check_cases (A1111, G_N_ELEMENTS (A1111), sf_prompt_weights_new_a1111);
}

static void
test_comfyui (void)
{
  check_cases (COMFYUI, G_N_ELEMENTS (COMFYUI), sf_prompt_weights_new_comfyui);
}

static void
test_plain (void)
{
  static const Case CASES[] = { { "", "'' 1" }, { "(a:2) [b] \\(", "'(a:2) [b] \\(' 1" } };

  check_cases (CASES, G_N_ELEMENTS (CASES), sf_prompt_weights_new_plain);
}

/* In the order in which brackets close, so that equal weights are equal to the last bit. */
static void
test_exact (void)
{
  g_autoptr (SfPromptWeights) weights = sf_prompt_weights_new_a1111 ("((a:1.3):1.7) (((b)))");

  g_assert_true (g_array_index (weights->spans, SfPromptSpan, 0).weight == 1.3 * 1.7);
  g_assert_true (g_array_index (weights->spans, SfPromptSpan, 2).weight == 1.1 * 1.1 * 1.1);
}

static void
test_depth (void)
{
  g_autofree char *open = g_strnfill (100000, '(');
  g_autofree char *close = g_strnfill (100000, ')');
  g_autofree char *closed = g_strconcat (open, "a", close, "b", NULL);
  g_autofree char *unclosed = g_strconcat (open, "a", NULL);
  g_autoptr (SfPromptWeights) weights = sf_prompt_weights_new_a1111 (closed);
  g_autoptr (SfPromptWeights) unclosed_weights = sf_prompt_weights_new_a1111 (unclosed);
  g_autoptr (SfPromptWeights) comfyui = sf_prompt_weights_new_comfyui (closed);
  const SfPromptSpan *span = &g_array_index (weights->spans, SfPromptSpan, 0);

  g_assert_cmpuint (weights->spans->len, ==, 2);
  g_assert_cmpfloat_with_epsilon (span->weight, 13780.6, 0.1);
  g_assert_cmpstr (weights->text->str, ==, "ab");
  g_assert_cmpuint (unclosed_weights->spans->len, ==, 1);
  g_assert_cmpstr (unclosed_weights->text->str, ==, "a");
  g_assert_cmpuint (comfyui->spans->len, ==, 2);
  g_assert_cmpuint (comfyui->text->len, ==, 2 * (100000 - SF_PROMPT_MAX_DEPTH) + 2);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt-weights/a1111", test_a1111);
  g_test_add_func ("/prompt-weights/comfyui", test_comfyui);
  g_test_add_func ("/prompt-weights/plain", test_plain);
  g_test_add_func ("/prompt-weights/exact", test_exact);
  g_test_add_func ("/prompt-weights/depth", test_depth);
  return g_test_run ();
}
