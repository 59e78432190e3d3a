/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-prompt-schedule.h"

#include <locale.h>

#include "text/sf-prompt-parts.h"
#include "text/sf-prompt-tags.h"

/* The texts of a prompt, each with its last step: "3'a ' 10'a b'". */
static void
test_schedules (void)
{
  static const struct
  {
    const char *prompt;
    guint n_steps;
    const char *texts;
  } CASES[] = {
    { "a", 10, "10'a'" },
    { "", 10, "10''" },
    /* absolute steps */
    { "a [b:3]", 10, "3'a ' 10'a b'" },
    { "a [b:c:3]", 10, "3'a b' 10'a c'" },
    { "a [b::3] c", 10, "3'a b c' 10'a  c'" },
    { "a [:b:3]", 10, "3'a ' 10'a b'" },
    { "[::3]a", 10, "3'a' 10'a'" },
    { "[b:c:0]", 10, "10'c'" },
    { "[b:c:-1]", 10, "10'c'" },
    { "[b:c:+2]", 10, "2'b' 10'c'" },
    { "[b:c:1]", 10, "1'b' 10'c'" },
    { "[b:c:10]", 10, "10'b'" },
    { "[b:c:11]", 10, "10'b'" },
    { "[b:c:1e1]", 20, "10'b' 20'c'" },
    { "[b:c:99999999999999999999]", 10, "10'b'" },
    { "[b:c:1e999]", 10, "10'b'" },
    /* fractions: whatever has a point */
    { "[b:c:0.5]", 10, "5'b' 10'c'" },
    { "[b:c:.5]", 10, "5'b' 10'c'" },
    { "[b:c:.25]", 10, "2'b' 10'c'" },
    { "[b:c:0.29]", 100, "28'b' 100'c'" },
    { "[b:c:0.05]", 10, "10'c'" },
    { "[b:c:1.]", 10, "10'b'" },
    { "[b:c:2.0]", 10, "10'b'" },
    { "[b:c:-0.5]", 10, "10'c'" },
    { "[b:c:5e-1]", 10, "10'c'" },
    { "[b:c:.5e0]", 10, "5'b' 10'c'" },
    { "[b:c:0.5]", 1, "1'c'" },
    /* spaces */
    { "a [b : c : 1] d", 10, "1'a b  d' 10'a  c  d'" },
    { "[b: 3]", 10, "3'' 10'b'" },
    { "[b:3 ]", 10, "3'' 10'b'" },
    { "[b:\n\xe3\x80\x80"
      "3]",
      10, "3'' 10'b'" },
    /* several, and within each other */
    { "[a:b:3] [c:d:0.5]", 10, "3'a c' 5'b c' 10'b d'" },
    { "[a:b:3] [c:d:3]", 10, "3'a c' 10'b d'" },
    { "a[b:[c:d:2]:1]e", 10, "1'abe' 2'ace' 10'ade'" },
    { "[[a:b:2]:c:4]", 10, "2'a' 4'b' 10'c'" },
    { "[a:[b:[c:d:6]:4]:2]", 10, "2'a' 4'b' 6'c' 10'd'" },
    { "a [[[b]]:2]", 10, "2'a ' 10'a [[b]]'" },
    { "[(a:2):3]", 10, "3'' 10'(a:2)'" },
    { "([a:b:2]:1.2)", 10, "2'(a:1.2)' 10'(b:1.2)'" },
    { "[(a:1.1):(b:1.2):2]", 10, "2'(a:1.1)' 10'(b:1.2)'" },
    /* alternation */
    { "[a|b]", 4, "1'a' 2'b' 3'a' 4'b'" },
    { "[a|b|c]", 4, "1'a' 2'b' 3'c' 4'a'" },
    { "[a|(b:1.1)]", 2, "1'a' 2'(b:1.1)'" },
    { "[fe|]male", 4, "1'female' 2'male' 3'female' 4'male'" },
    { "[fe|||]male", 5, "1'female' 2'male' 3'male' 4'male' 5'female'" },
    { "[|]", 2, "1'' 2''" },
    { "[a|b][c|d|e]", 4, "1'ac' 2'bd' 3'ae' 4'bc'" },
    { "[a|[b|c]]", 4, "1'a' 2'c' 3'a' 4'c'" },
    { "[[a|b]:c:2]", 4, "1'a' 2'b' 3'c' 4'c'" },
    { "[a|[b:c:2]]", 4, "1'a' 2'b' 3'a' 4'c'" },
    /* mere text */
    { "[a:b]", 10, "10'[a:b]'" },
    { "[a:b:c]", 10, "10'[a:b:c]'" },
    { "[a:b:c:3]", 10, "10'[a:b:c:3]'" },
    { "[a:3x]", 10, "10'[a:3x]'" },
    { "[a:1.2.3]", 10, "10'[a:1.2.3]'" },
    { "[a:]", 10, "10'[a:]'" },
    { "[a:1e]", 10, "10'[a:1e]'" },
    { "[a]", 10, "10'[a]'" },
    { "[a:b:3", 10, "10'[a:b:3'" },
    { "a:b:3]", 10, "10'a:b:3]'" },
    { "(a:b:3)", 10, "10'(a:b:3)'" },
    { "[(a:3]", 10, "10'[(a:3]'" },
    { "[(a:b:c):3]", 10, "10'[(a:b:c):3]'" },
    { "[a|b", 10, "10'[a|b'" },
    { "(a|b)", 10, "10'(a|b)'" },
    { "[a|b:3]", 10, "10'[a|b:3]'" },
    /* brackets that mean nothing beside some that do */
    { "((a][:b:c [d:3]", 10, "3'((a][:b:c ' 10'((a][:b:c d'" },
    { "[a [b:3]", 10, "3'[a ' 10'[a b'" },
    { "[a:b] [c:3]", 10, "3'[a:b] ' 10'[a:b] c'" },
    { ":( [c:3]", 10, "3':( ' 10':( c'" },
    { "a [b:c:3] :)", 10, "3'a b :)' 10'a c :)'" },
    { "a [{b{:.5] c", 10, "5'a  c' 10'a {b{ c'" },
    /* a stray bar or a backslash at the end, and all is text */
    { "a | b [c:3]", 10, "10'a | b [c:3]'" },
    { "[a|b] (c|d)", 10, "10'[a|b] (c|d)'" },
    { "[c:3] \\", 10, "10'[c:3] \\'" },
    { "[c:3] \\\n", 10, "10'[c:3] \\\n'" },
    /* escapes */
    { "\\[a:3\\]", 10, "10'\\[a:3\\]'" },
    { "[\\[a\\]:3]", 10, "3'' 10'\\[a\\]'" },
    { "[a\\:b:3]", 10, "3'' 10'a\\:b'" },
    { "[a\\|b|c]", 2, "1'a\\|b' 2'c'" },
    { "\\\\[a:3]", 10, "3'\\\\' 10'\\\\a'" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (SfPromptSchedule)
          schedule = sf_prompt_schedule_new (CASES[i].prompt, CASES[i].n_steps);
      g_autoptr (GString) texts = g_string_new (NULL);
      guint n_ends = 0;
      const guint *ends = sf_prompt_schedule_get_ends (schedule, &n_ends);

      g_test_message ("%s", CASES[i].prompt);
      for (guint j = 0; j < n_ends; j++)
        {
          g_autofree char *text = sf_prompt_schedule_get_text (schedule, ends[j]);

          g_string_append_printf (texts, "%s%u'%s'", j > 0 ? " " : "", ends[j], text);
        }
      g_assert_cmpstr (texts->str, ==, CASES[i].texts);
    }
}

/* Text at every step of a stretch is that of its last. */
static void
test_stretches (void)
{
  g_autoptr (SfPromptSchedule) schedule = sf_prompt_schedule_new ("[a:[b|c]:3][d:e:0.7]", 10);

  for (guint step = 1; step <= 10; step++)
    {
      g_autofree char *text = sf_prompt_schedule_get_text (schedule, step);
      const char *first = step <= 3 ? "a" : step % 2 == 1 ? "b" : "c";
      g_autofree char *expected = g_strconcat (first, step <= 7 ? "d" : "e", NULL);

      g_assert_cmpstr (text, ==, expected);
    }
}

static void
test_deep (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (SfPromptSchedule) schedule = NULL;
  g_autofree char *first = NULL, *last = NULL;

  for (guint i = 0; i < 50000; i++)
    g_string_append_c (text, '[');
  g_string_append_c (text, 'a');
  for (guint i = 0; i < 50000; i++)
    g_string_append (text, ":b:2]");
  schedule = sf_prompt_schedule_new (text->str, 4);
  first = sf_prompt_schedule_get_text (schedule, 1);
  last = sf_prompt_schedule_get_text (schedule, 4);
  g_assert_cmpstr (first, ==, "a");
  g_assert_cmpstr (last, ==, "b");
}

static void
test_parts (void)
{
  static const struct
  {
    const char *prompt;
    const char *parts;
  } CASES[] = {
    { "", "'' 1" },
    { "a", "'a' 1" },
    { "  a  ", "'  a' 1" },
    { "a AND b", "'a' 1, ' b' 1" },
    { "a AND b AND c", "'a' 1, ' b' 1, ' c' 1" },
    { "a :0.5 AND b :2", "'a' 0.5, ' b' 2" },
    { "a:0.5AND b", "'a:0.5AND b' 1" },
    { "a:0.5 AND b", "'a' 0.5, ' b' 1" },
    { "a : -1.5 \nAND\nb", "'a' -1.5, '\nb' 1" },
    { "a :+.5 AND b :2.", "'a' 0.5, ' b' 2" },
    { "cat :1.5", "'cat' 1.5" },
    { "a AND a", "'a' 1, ' a' 1" },
    { "AND", "'' 1, '' 1" },
    { "a AND", "'a' 1, '' 1" },
    { ",AND,", "',' 1, ',' 1" },
    { "(a AND b)", "'(a' 1, ' b)' 1" },
    { "LAND ANDY and A_AND", "'LAND ANDY and A_AND' 1" },
    { "éAND b", "'éAND b' 1" },
    { "(a:1.2)", "'(a:1.2)' 1" },
    { "a :1.2.3", "'a :1.2.3' 1" },
    { "a :1e1", "'a :1e1' 1" },
    { "a :1 :2", "'a :1' 2" },
    { "a :.", "'a :.' 1" },
    { "a :-", "'a :-' 1" },
    { "a 2", "'a 2' 1" },
    { ":2", "'' 2" },
    { ":", "':' 1" },
    { "a\n:2\n", "'a' 2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GArray) parts = sf_prompt_parts_split (CASES[i].prompt);
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint j = 0; j < parts->len; j++)
        {
          const SfPromptPartText *part = &g_array_index (parts, SfPromptPartText, j);
          char weight[32];

          g_ascii_formatd (weight, sizeof weight, "%g", part->weight);
          g_string_append_printf (text, "%s'%s' %s", j > 0 ? ", " : "", part->text, weight);
        }
      g_assert_cmpstr (text->str, ==, CASES[i].parts);
    }
}

static void
test_tags (void)
{
  static const struct
  {
    const char *prompt;
    const char *rest;
    const char *tags;
  } CASES[] = {
    { "a", "a", "" },
    { "a <lora:x:0.8> b", "a  b", "lora(x,0.8)" },
    { "<lora:x><hypernet:y:1:2>", "", "lora(x)hypernet(y,1,2)" },
    { "<lora:x y/z.w:te=0.5:unet=1>", "", "lora(x y/z.w,te=0.5,unet=1)" },
    { "<lora:a\nb>", "", "lora(a\nb)" },
    { "<lora::1>", "", "lora(,1)" },
    { "<<lora:x>>", "<>", "lora(x)" },
    { "<a <lora:x>", "<a ", "lora(x)" },
    { "<lora:<b:c>", "", "lora(<b,c)" },
    { "<lora:>", "<lora:>", "" },
    { "<lora>", "<lora>", "" },
    { "<:x>", "<:x>", "" },
    { "<lo ra:x>", "<lo ra:x>", "" },
    { "<lora:x", "<lora:x", "" },
    { "a < b > c", "a < b > c", "" },
    { "> <", "> <", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GArray) tags = sf_prompt_tags_new ();
      g_autofree char *rest = sf_prompt_tags_take (CASES[i].prompt, tags);
      g_autoptr (GString) found = g_string_new (NULL);

      for (guint j = 0; j < tags->len; j++)
        {
          const SfPromptTag *tag = &g_array_index (tags, SfPromptTag, j);
          g_autofree char *arguments = g_strjoinv (",", tag->arguments);

          g_string_append_printf (found, "%s(%s)", tag->kind, arguments);
        }
      g_assert_cmpstr (rest, ==, CASES[i].rest);
      g_assert_cmpstr (found->str, ==, CASES[i].tags);
    }
}

static void
test_comments (void)
{
  static const struct
  {
    const char *prompt;
    const char *a1111;
    const char *comfyui;
  } CASES[] = {
    { "a", "a", "a" },
    { "a # b\nc", "a \nc", "a # b\nc" },
    { "# a\n# b\nc", "\n\nc", "# a\n# b\nc" },
    { "a#", "a", "a#" },
    { "a // b\nc", "a // b\nc", "a \nc" },
    { "a /* b\nc */ d", "a /* b\nc */ d", "a  d" },
    { "a /* b // c", "a /* b // c", "a /* b " },
    { "a/b/", "a/b/", "a/b/" },
    { "a /*/ b */ c", "a /*/ b */ c", "a  c" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *a1111 = sf_prompt_strip_comments_a1111 (CASES[i].prompt);
      g_autofree char *comfyui = sf_prompt_strip_comments_comfyui (CASES[i].prompt);

      g_assert_cmpstr (a1111, ==, CASES[i].a1111);
      g_assert_cmpstr (comfyui, ==, CASES[i].comfyui);
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt-schedule/schedules", test_schedules);
  g_test_add_func ("/prompt-schedule/stretches", test_stretches);
  g_test_add_func ("/prompt-schedule/deep", test_deep);
  g_test_add_func ("/prompt-schedule/parts", test_parts);
  g_test_add_func ("/prompt-schedule/tags", test_tags);
  g_test_add_func ("/prompt-schedule/comments", test_comments);
  return g_test_run ();
}
