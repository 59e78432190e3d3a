/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What helps to write prompts: weights and completion. */

#include "prompt/sf-completion.h"
#include "prompt/sf-prompt-weight.h"

#include "../unit/temporary-folder.h"

#include <string.h>

/* Nudges what is between the two "|" of @before, or the place of the only one, and compares the same way. */
static void
check_nudge (const char *before, int n_steps, const char *after)
{
  const char *first = strchr (before, '|');
  const char *last = strrchr (before, '|');
  g_auto (GStrv) parts = g_strsplit (before, "|", -1);
  g_autofree char *prompt = g_strjoinv ("", parts);
  gsize start = (gsize) (first - before);
  gsize end = last > first ? (gsize) (last - before) - 1 : start;
  g_autoptr (SfPromptEdit) edit = sf_prompt_weight_nudge (prompt, start, end, n_steps);

  if (after == NULL)
    {
      g_assert_null (edit);
      return;
    }
  g_assert_nonnull (edit);

  g_autofree char *result = sf_prompt_edit_apply (edit, prompt);
  g_autofree char *marked = g_strdup_printf ("%.*s|%.*s|%s", (int) edit->select_start, result,
                                             (int) (edit->select_end - edit->select_start),
                                             result + edit->select_start,
                                             result + edit->select_end);
  g_assert_cmpstr (marked, ==, after);
}

static void
test_weight (void)
{
  check_nudge ("a |red| apple", 1, "a (|red|:1.1) apple");
  check_nudge ("a r|ed apple", 1, "a (|red|:1.1) apple");
  check_nudge ("a |red | apple", -1, "a (|red|:0.9)  apple");
  check_nudge ("a (|red|:1.1) apple", 1, "a (|red|:1.2) apple");
  check_nudge ("a (re|d:1.1) apple", -1, "a |red| apple");
  check_nudge ("a |(red:1.1)| apple", -1, "a |red| apple");
  check_nudge ("a (red:1.1)| apple", 2, "a (|red|:1.3) apple");
  check_nudge ("(red |apple|:1.2)", 1, "(red (|apple|:1.1):1.2)");
  check_nudge ("(red apple|:1.2)", 1, "(|red apple|:1.3)");
  check_nudge ("(|red:3)", 1, NULL);
  check_nudge ("(|red:0.1)", -1, NULL);
  check_nudge ("|", 1, NULL);
  check_nudge ("a, | , b", 1, NULL);
  check_nudge ("| |", 1, NULL);
  check_nudge ("\\(red|\\)", 1, "\\((|red\\|:1.1))");
  check_nudge ("Ä|pfel", 1, "(|Äpfel|:1.1)");
  check_nudge ("((red:1.2) bo|at:1.5)", -1, "(|(red:1.2) boat|:1.4)");
}

/* Every place in a text of brackets, in short time. */
static void
test_weight_hostile (void)
{
  g_autofree char *open = g_strnfill (100000, '(');
  g_autofree char *odd = g_strdup ("((a:)(:1.1)):(1):1e9:)(((b:nan)(c:1.1");

  g_autoptr (SfPromptEdit) none = sf_prompt_weight_nudge (open, 100000, 100000, 1);

  g_assert_null (none);
  for (gsize start = 0; start <= strlen (odd); start++)
    for (gsize end = start; end <= strlen (odd); end++)
      {
        g_autoptr (SfPromptEdit) edit = sf_prompt_weight_nudge (odd, start, end, 1);
        g_autofree char *result = edit != NULL ? sf_prompt_edit_apply (edit, odd) : NULL;

        if (edit != NULL)
          g_assert_cmpuint (edit->select_end, <=, strlen (result));
      }
}

static char *
complete (const SfCompletion *completion, const char *typed)
{
  g_auto (GStrv) parts = g_strsplit (typed, "|", 2);
  g_autofree char *prompt = g_strconcat (parts[0], parts[1], NULL);
  g_autoptr (GArray) matches = sf_completion_find (completion, prompt, strlen (parts[0]));
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < matches->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "/" : "",
                            g_array_index (matches, SfCompletionMatch, i).text);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
check_matches (const SfCompletion *completion, const char *typed, const char *expected)
{
  g_autofree char *found = complete (completion, typed);

  g_assert_cmpstr (found, ==, expected);
}

static void
touch (TemporaryFolder *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder->path, name, NULL);

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
}

static void
test_completion (TemporaryFolder *folder, gconstpointer data)
{
  static const char *const prompts[] = {
    "a red boat, oil painting, (golden hour:1.2)",
    "a pear, oil on canvas, Golden Hour",
    "a plum, oil painting",
    NULL,
  };

  touch (folder, "oil-style.pt");
  touch (folder, "notes.md");
  touch (folder, "animals.txt");

  g_autoptr (SfCompletion) completion = sf_completion_new (folder->path, folder->path, prompts);
  check_matches (completion, "a fig, oi|", "oil-style/oil painting/oil on canvas");
  check_matches (completion, "a fig,OIL P|", "oil painting");
  check_matches (completion, "a fig, __an|", "__animals__");
  check_matches (completion, "an oi|", "oil-style/oil painting/oil on canvas");
  check_matches (completion, "(go|", "Golden Hour/golden hour");
  check_matches (completion, "a fig, o|", "");
  check_matches (completion, "a fig, |", "");
  check_matches (completion, "oi|l", "");
  check_matches (completion, "oil painting|", "");
  check_matches (completion, "xyz|", "");

  g_autoptr (GArray) matches = sf_completion_find (completion, "a (oi, b", 5);
  g_autoptr (SfPromptEdit)
      edit = sf_completion_make_edit (&g_array_index (matches, SfCompletionMatch, 1), 5);
  g_autofree char *result = sf_prompt_edit_apply (edit, "a (oi, b");
  g_assert_cmpstr (result, ==, "a (oil painting, b");
  g_assert_cmpuint (edit->select_start, ==, strlen ("a (oil painting"));
}

static void
test_completion_without (void)
{
  g_autoptr (SfCompletion) completion = sf_completion_new ("/nowhere", NULL, NULL);

  check_matches (completion, "oil|", "");
}

/* Very many phrases: the frequent ones stay, and only as many as are wanted. */
static void
test_completion_bounded (void)
{
  g_autoptr (GPtrArray) prompts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 2 * SF_COMPLETION_MAX_TAGS; i++)
    g_ptr_array_add (prompts, g_strdup_printf ("word%u, often seen", i));
  g_ptr_array_add (prompts, NULL);

  g_autoptr (SfCompletion)
      completion = sf_completion_new (NULL, NULL, (const char *const *) prompts->pdata);
  check_matches (completion, "oft|", "often seen");
  g_autoptr (GArray) matches = sf_completion_find (completion, "word", 4);
  g_assert_cmpuint (matches->len, ==, SF_COMPLETION_MAX_MATCHES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt/weight", test_weight);
  g_test_add_func ("/prompt/weight-hostile", test_weight_hostile);
  ADD_TEST ("/prompt/completion", test_completion);
  g_test_add_func ("/prompt/completion-without", test_completion_without);
  g_test_add_func ("/prompt/completion-bounded", test_completion_bounded);
  return g_test_run ();
}
