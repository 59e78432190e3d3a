/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Comparisons and the prompts that were used: without a device. */

#include "library-fixture.h"

#include "library/sf-prompt-history.h"
#include "library/sf-queue.h"

#include <string.h>

static SfAxis *
axis_new (const char *setting, const char *list)
{
  g_autoptr (GError) error = NULL;
  SfAxis *axis = sf_axis_new (setting, list, &error);

  g_assert_no_error (error);
  return axis;
}

static void
check_values (const char *setting, const char *list, const char *expected)
{
  g_autoptr (SfAxis) axis = axis_new (setting, list);
  g_autofree char *values = g_strjoinv ("/", (char **) sf_axis_get_values (axis));

  g_assert_cmpstr (values, ==, expected);

  /* What it writes, it reads again. */
  g_autofree char *written = sf_axis_dup_list (axis);
  g_autoptr (SfAxis) again = axis_new (setting, written);
  g_autofree char *same = g_strjoinv ("/", (char **) sf_axis_get_values (again));
  g_assert_cmpstr (same, ==, expected);
}

static void
test_values (void)
{
  check_values ("steps", "20,30, 40", "20/30/40");
  check_values ("steps", "1-5", "1/2/3/4/5");
  check_values ("steps", "1-10 (+3)", "1/4/7/10");
  check_values ("steps", "10-1 (-3)", "10/7/4/1");
  check_values ("steps", "1-10 [4]", "1/4/7/10");
  check_values ("steps", "1-10[1]", "1");
  check_values ("steps", "5, 10-12", "5/10/11/12");
  check_values ("cfg", "7-8 (+0.5)", "7/7.5/8");
  check_values ("cfg", "0.1-0.3 (+0.1)", "0.1/0.2/0.3");
  check_values ("eta", "-1, 0", "-1/0");
  check_values ("seed", "4294967296,9223372036854775807", "4294967296/9223372036854775807");
  check_values ("sampler", "Euler a, dpmpp_2m", "euler_a/dpmpp_2m");
  check_values ("zero-terminal-snr", "on,off", "on/off");
  check_values (SF_AXIS_REPLACE, "red, \"light, blue\", \"say \"\"hi\"\"\"",
                "red/light, blue/say \"hi\"");
}

static void
test_values_refused (void)
{
  g_autofree char *long_list = g_strnfill (SF_AXIS_MAX_TEXT + 1, '1');
  const struct
  {
    const char *setting, *list;
  } cases[] = {
    { "steps", "" },      { "steps", " , " },       { "steps", "1,two" },
    { "steps", "0" },     { "steps", "1-1000" },    { "steps", "1-10 [5000]" },
    { "steps", "1.5" },   { "sampler", "nothing" }, { "nothing", "1" },
    { "steps", "1-2-3" }, { "steps", "\xff" },      { "steps", long_list },
    { "cfg", "1e999" },   { "seed", "-1" },         { "steps", "1 (+1)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SfAxis) axis = sf_axis_new (cases[i].setting, cases[i].list, &error);

      g_assert_null (axis);
      g_assert_nonnull (error);
    }
}

static void
test_settings (void)
{
  const char *const *names = sf_axis_list_settings ();

  g_assert_true (g_strv_contains (names, "steps"));
  g_assert_true (g_strv_contains (names, SF_AXIS_REPLACE));
  g_assert_false (g_strv_contains (names, "count"));
  for (; names[0] != NULL; names++)
    g_assert_true (g_str_equal (*names, SF_AXIS_REPLACE) || sf_request_find_field (*names) != NULL);
}

static SfRequest *
make_base (void)
{
  SfRequest *request = fixture_make_request ("a red boat", 7, 3);

  g_free (request->negative_prompt);
  request->negative_prompt = g_strdup ("red car");
  return request;
}

static void
test_cells (void)
{
  g_autoptr (SfRequest) base = make_base ();
  g_autoptr (SfAxis) steps = axis_new ("steps", "2,4");
  g_autoptr (SfAxis) colours = axis_new (SF_AXIS_REPLACE, "red,blue,green");
  g_autoptr (GError) error = NULL;
  g_autoptr (SfComparison) comparison = sf_comparison_new (base, steps, colours, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (sf_comparison_get_n_cells (comparison), ==, 6);

  g_autoptr (SfRequest) cell = sf_comparison_dup_cell (comparison, 3);
  g_assert_cmpuint (cell->steps, ==, 4);
  g_assert_cmpstr (cell->prompt, ==, "a blue boat");
  g_assert_cmpstr (cell->negative_prompt, ==, "blue car");
  g_assert_cmpuint (cell->count, ==, 1);
  g_assert_cmpuint (cell->seed, ==, 7);

  /* Every cell once, in its place, after a way through a file as well. */
  g_autofree char *json = sf_comparison_to_json (comparison);
  g_autoptr (SfComparison) again = sf_comparison_new_from_json (base, json, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (SfRequest) one = sf_comparison_dup_cell (again, i);
      guint column, row;

      sf_comparison_get_place (again, i, &column, &row);
      g_assert_cmpuint (column, ==, i % 2);
      g_assert_cmpuint (row, ==, i / 2);
      g_assert_cmpuint (one->steps, ==, column == 0 ? 2 : 4);
    }

  g_autofree char *infotext = sf_comparison_extend_infotext (comparison, "a\nSteps: 2, Seed: 7");
  g_assert_cmpstr (infotext, ==,
                   "a\nSteps: 2, Seed: 7, Script: X/Y/Z plot, X Type: Steps, X Values: \"2, 4\","
                   " Y Type: Prompt S/R, Y Values: \"red, blue, green\"");
}

/* A model is loaded once for each of its values. */
static void
test_order (void)
{
  g_autoptr (SfRequest) base = make_base ();
  g_autoptr (SfAxis) models = axis_new ("model", "one,two");
  g_autoptr (SfAxis) steps = axis_new ("steps", "2,4,6");
  g_autoptr (SfComparison) comparison = sf_comparison_new (base, models, steps, NULL);
  guint column, row;

  sf_comparison_get_place (comparison, 2, &column, &row);
  g_assert_cmpuint (column, ==, 0);
  g_assert_cmpuint (row, ==, 2);
}

static void
check_refused (const SfRequest *base, const SfAxis *x, const SfAxis *y)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sf_comparison_new (base, x, y, &error));
  g_assert_nonnull (error);
}

static void
test_refused (void)
{
  g_autoptr (SfRequest) base = make_base ();
  g_autoptr (SfAxis) many = axis_new ("steps", "1-50");
  g_autoptr (SfAxis) seeds = axis_new ("seed", "1-5");
  g_autoptr (SfAxis) few = axis_new ("steps", "1,2");
  g_autoptr (SfAxis) missing = axis_new (SF_AXIS_REPLACE, "yellow,blue");
  g_autoptr (SfAxis) sizes = axis_new ("width", "64,65");

  check_refused (base, NULL, NULL);
  check_refused (base, many, seeds);
  check_refused (base, few, many);
  check_refused (base, missing, NULL);
  check_refused (base, NULL, sizes);
  for (guint i = 0; i < 3; i++)
    {
      static const char *const texts[] = { "", "[1]", "{\"x\": {\"setting\": 3}}" };
      g_autoptr (GError) error = NULL;

      g_assert_null (sf_comparison_new_from_json (base, texts[i], &error));
      g_assert_nonnull (error);
    }
}

/* A comparison in the queue goes on where it was, with the files of its cells. */
static void
test_queue (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SfRequest) base = make_base ();
  g_autoptr (SfAxis) steps = axis_new ("steps", "2,4");
  g_autoptr (SfComparison) comparison = sf_comparison_new (base, steps, NULL, NULL);
  g_autoptr (SfQueue) queue = sf_queue_new (fixture->library, NULL);
  g_autoptr (GError) error = NULL;
  SfJob *job = sf_queue_add_comparison (queue, comparison, fixture->pictures, FALSE);
  g_autofree char *picture = fixture_paint (fixture, "cell.png", "a red boat", NULL);

  g_assert_cmpuint (sf_job_get_n_pictures (job), ==, 2);
  sf_library_add_async (fixture->library, picture, sf_job_get_id (job), NULL, NULL);
  sf_library_flush (fixture->library);

  g_clear_object (&queue);
  fixture_open (fixture);
  queue = sf_queue_new (fixture->library, &error);
  g_assert_no_error (error);
  job = sf_queue_peek (queue);
  g_assert_nonnull (sf_job_get_comparison (job));
  g_assert_cmpuint (sf_job_get_n_made (job), ==, 1);
  g_autoptr (SfRequest) next = sf_job_dup_remaining (job);
  g_assert_cmpuint (next->steps, ==, 4);

  sqlite3_stmt *row = sf_database_query (sf_library_get_database (fixture->library), &error,
                                         "SELECT path FROM cells JOIN pictures ON picture = id",
                                         "");
  g_auto (GStrv)
      paths = sf_database_dup_strings (sf_library_get_database (fixture->library), row, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (paths), ==, 1);
  g_assert_cmpstr (paths[0], ==, picture);
}

static void
test_history (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SfPromptHistory)
      history = sf_prompt_history_new (fixture->library, SF_PROMPT_KIND_POSITIVE);

  g_assert_null (sf_prompt_history_get_older (history, "draft"));
  sf_prompt_history_add (history, "one");
  sf_prompt_history_add (history, "two");
  sf_prompt_history_add (history, "one");
  sf_prompt_history_add (history, "");

  /* There, and back to what was being typed. */
  g_assert_cmpstr (sf_prompt_history_get_older (history, "draft"), ==, "one");
  g_assert_cmpstr (sf_prompt_history_get_older (history, "one"), ==, "two");
  g_assert_null (sf_prompt_history_get_older (history, "two"));
  g_assert_cmpstr (sf_prompt_history_get_newer (history, "two"), ==, "one");
  g_assert_cmpstr (sf_prompt_history_get_newer (history, "one"), ==, "draft");
  g_assert_null (sf_prompt_history_get_newer (history, "draft"));

  /* From what was changed on the way. */
  g_assert_cmpstr (sf_prompt_history_get_older (history, "one"), ==, "two");
  g_assert_cmpstr (sf_prompt_history_get_older (history, "changed"), ==, "one");
  g_assert_cmpstr (sf_prompt_history_get_newer (history, "one"), ==, "changed");

  sf_library_flush (fixture->library);
  g_autoptr (SfPromptHistory)
      again = sf_prompt_history_new (fixture->library, SF_PROMPT_KIND_POSITIVE);
  g_autoptr (SfPromptHistory)
      negative = sf_prompt_history_new (fixture->library, SF_PROMPT_KIND_NEGATIVE);
  g_assert_cmpstr (sf_prompt_history_get_older (again, ""), ==, "one");
  g_assert_null (sf_prompt_history_get_older (negative, ""));
}

static void
test_history_bounded (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SfPromptHistory)
      history = sf_prompt_history_new (fixture->library, SF_PROMPT_KIND_POSITIVE);
  g_autofree char *long_prompt = g_strnfill (SF_PROMPT_HISTORY_MAX_BYTES + 1, 'x');
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < SF_PROMPT_HISTORY_MAX_PROMPTS + 20; i++)
    {
      g_autofree char *prompt = g_strdup_printf ("prompt %u", i);

      sf_prompt_history_add (history, prompt);
    }
  sf_prompt_history_add (history, long_prompt);
  sf_library_flush (fixture->library);

  SfDatabase *database = sf_library_get_database (fixture->library);
  g_auto (GStrv)
      kept = sf_database_dup_strings (database,
                                      sf_database_query (database, &error,
                                                         "SELECT prompt FROM prompts", ""),
                                      &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (kept), ==, SF_PROMPT_HISTORY_MAX_PROMPTS);
  g_assert_false (g_strv_contains ((const char *const *) kept, "prompt 0"));
}

#define ADD_LIBRARY_TEST(name, function) \
  g_test_add (name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/comparison/values", test_values);
  g_test_add_func ("/comparison/values-refused", test_values_refused);
  g_test_add_func ("/comparison/settings", test_settings);
  g_test_add_func ("/comparison/cells", test_cells);
  g_test_add_func ("/comparison/order", test_order);
  g_test_add_func ("/comparison/refused", test_refused);
  ADD_LIBRARY_TEST ("/comparison/queue", test_queue);
  ADD_LIBRARY_TEST ("/history/walk", test_history);
  ADD_LIBRARY_TEST ("/history/bounded", test_history_bounded);
  return g_test_run ();
}
