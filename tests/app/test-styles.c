/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Styles: what they do to a prompt, their files, and the list of them. */

#include "prompt/sf-prompt-styles.h"

#include "../unit/temporary-folder.h"

#include <string.h>

static SfPromptStyle *
style_new (const char *name, const char *prompt, const char *negative)
{
  SfPromptStyle *style = sf_prompt_style_new (name, prompt, negative);

  g_assert_nonnull (style);
  return style;
}

static void
check_style (SfPromptStyle *style, const char *name, const char *prompt, const char *negative)
{
  g_assert_cmpstr (sf_prompt_style_get_name (style), ==, name);
  g_assert_cmpstr (sf_prompt_style_get_prompt (style), ==, prompt);
  g_assert_cmpstr (sf_prompt_style_get_negative_prompt (style), ==, negative);
}

static void
check_merge (const char *style, const char *prompt, const char *expected)
{
  g_autofree char *merged = sf_prompt_style_merge (style, prompt);

  g_assert_cmpstr (merged, ==, expected);
}

static void
test_merge (void)
{
  check_merge ("oil painting of {prompt}, thick", "a boat", "oil painting of a boat, thick");
  check_merge ("{prompt} and {prompt}", "a", "a and a");
  check_merge ("oil painting", "a boat", "a boat, oil painting");
  check_merge (" oil painting ", " a boat ", "a boat, oil painting");
  check_merge ("oil painting", "", "oil painting");
  check_merge ("", "a boat", "a boat");
  check_merge ("", "", "");
}

static void
test_refused (void)
{
  g_autofree char *long_name = g_strnfill (SF_PROMPT_STYLE_MAX_NAME + 1, 'x');
  g_autofree char *long_text = g_strnfill (SF_PROMPT_STYLE_MAX_TEXT + 1, 'x');

  g_assert_null (sf_prompt_style_new ("  ", "a", "b"));
  g_assert_null (sf_prompt_style_new (long_name, "a", "b"));
  g_assert_null (sf_prompt_style_new ("a", long_text, NULL));
  g_assert_null (sf_prompt_style_new ("a", NULL, long_text));
  g_assert_null (sf_prompt_style_new ("a\xff", "b", NULL));
}

static void
test_csv (void)
{
  static const char text[] = "\xef\xbb\xbfname,prompt,negative_prompt\r\n"
                             "Oil,\"oil painting of {prompt}, \"\"thick\"\"\",photo\r\n"
                             "-- Group --,,\r\n"
                             "Lines,\"first\nsecond\",\n"
                             "Short,only\n"
                             ",nameless,\n"
                             "Open,\"to the end";
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) styles = sf_prompt_style_list_from_csv (text, sizeof text - 1, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (styles->len, ==, 4);
  check_style (styles->pdata[0], "Oil", "oil painting of {prompt}, \"thick\"", "photo");
  check_style (styles->pdata[1], "Lines", "first\nsecond", "");
  check_style (styles->pdata[2], "Short", "only", "");
  check_style (styles->pdata[3], "Open", "to the end", "");

  g_autofree char *written = sf_prompt_style_list_to_csv (styles);
  g_autoptr (GPtrArray) again = sf_prompt_style_list_from_csv (written, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, styles->len);
  for (guint i = 0; i < styles->len; i++)
    check_style (again->pdata[i], sf_prompt_style_get_name (styles->pdata[i]),
                 sf_prompt_style_get_prompt (styles->pdata[i]),
                 sf_prompt_style_get_negative_prompt (styles->pdata[i]));
}

/* Columns in another order, with the name that the second once had. */
static void
test_csv_columns (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray)
      styles = sf_prompt_style_list_from_csv ("negative_prompt,text, Name \nb,a,c\n", -1, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (styles->len, ==, 1);
  check_style (styles->pdata[0], "c", "a", "b");
}

static void
check_refused (GPtrArray *styles, GError *error)
{
  g_assert_null (styles);
  g_assert_nonnull (error);
  g_error_free (error);
}

static void
test_files_refused (void)
{
  g_autofree char *huge = g_strnfill (SF_PROMPT_STYLE_MAX_FILE + 1, 'x');
  g_autofree char *deep = g_strnfill (100000, '[');
  const char *const bad_csv[] = { "", "a,b\n1,2\n", "name\nx\n", "\xff\xfe,name,prompt", huge };
  const char *const bad_json[] = { "",   "[]", "{", "{\"styles\": 1}", "{\"styles\": [\xff]}",
                                   deep, huge };

  for (guint i = 0; i < G_N_ELEMENTS (bad_csv); i++)
    {
      GError *error = NULL;
      GPtrArray *styles = sf_prompt_style_list_from_csv (bad_csv[i], -1, &error);

      check_refused (styles, error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad_json); i++)
    {
      GError *error = NULL;
      GPtrArray *styles = sf_prompt_style_list_from_json (bad_json[i], -1, &error);

      check_refused (styles, error);
    }
}

static void
test_json (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) styles = sf_prompt_style_list_from_json (
      "{\"styles\": [{\"name\": \"a\", \"prompt\": \"b\"}, 3, {\"prompt\": \"nameless\"},"
      " {\"name\": [], \"prompt\": {}}, {\"name\": \"c\", \"negative_prompt\": \"d\\n\"}]}",
      -1, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (styles->len, ==, 2);
  check_style (styles->pdata[0], "a", "b", "");
  check_style (styles->pdata[1], "c", "", "d");

  g_autofree char *written = sf_prompt_style_list_to_json (styles);
  g_autoptr (GPtrArray) again = sf_prompt_style_list_from_json (written, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, 2);
  check_style (again->pdata[1], "c", "", "d");
}

static SfPromptStyles *
open_styles (TemporaryFolder *folder)
{
  g_autofree char *path = g_build_filename (folder->path, "styles.json", NULL);
  g_autoptr (GError) error = NULL;
  SfPromptStyles *styles = sf_prompt_styles_new (path, &error);

  g_assert_no_error (error);
  return styles;
}

static guint
count (SfPromptStyles *styles)
{
  return g_list_model_get_n_items (G_LIST_MODEL (styles));
}

static void
test_shipped (TemporaryFolder *folder, gconstpointer data)
{
  g_autoptr (SfPromptStyles) styles = open_styles (folder);

  g_assert_cmpuint (count (styles), >=, 24);
  for (guint i = 0; i < count (styles); i++)
    {
      g_autoptr (SfPromptStyle) style = g_list_model_get_item (G_LIST_MODEL (styles), i);

      g_assert_false (sf_prompt_styles_is_own (styles, style));
      g_assert_nonnull (strstr (sf_prompt_style_get_prompt (style), "{prompt}"));
      g_assert_cmpstr (sf_prompt_style_get_negative_prompt (style), !=, "");
    }
}

static void
test_own (TemporaryFolder *folder, gconstpointer data)
{
  g_autoptr (SfPromptStyles) styles = open_styles (folder);
  g_autoptr (SfPromptStyle) mine = style_new ("Mine", "my {prompt}", "not mine");
  g_autoptr (SfPromptStyle) oil = style_new ("Oil painting", "my oil", "");
  g_autoptr (SfPromptStyle) renamed = style_new ("Renamed", "my {prompt}", "not mine");
  g_autoptr (GError) error = NULL;
  guint n_shipped = count (styles);

  /* One of one's own hides one that came along. */
  g_assert_true (sf_prompt_styles_put (styles, mine, NULL, &error));
  g_assert_true (sf_prompt_styles_put (styles, oil, NULL, &error));
  g_assert_cmpuint (count (styles), ==, n_shipped + 1);
  g_assert_true (sf_prompt_styles_find (styles, "Oil painting") == oil);

  /* The new name in the old place. */
  g_assert_true (sf_prompt_styles_put (styles, renamed, mine, &error));
  g_assert_null (sf_prompt_styles_find (styles, "Mine"));
  g_autoptr (SfPromptStyle) second = g_list_model_get_item (G_LIST_MODEL (styles), 1);
  g_assert_true (second == renamed);

  /* Several at once, one of them unknown. */
  static const char *const names[] = { "Renamed", "Nobody's", "Oil painting", NULL };
  g_autofree char *prompt = sf_prompt_styles_apply (styles, names, "boat", FALSE);
  g_autofree char *negative = sf_prompt_styles_apply (styles, names, "car", TRUE);
  g_assert_cmpstr (prompt, ==, "my boat, my oil");
  g_assert_cmpstr (negative, ==, "car, not mine");

  /* Kept, and gone when removed. */
  g_autoptr (SfPromptStyles) again = open_styles (folder);
  check_style (sf_prompt_styles_find (again, "Renamed"), "Renamed", "my {prompt}", "not mine");
  g_assert_true (sf_prompt_styles_remove (styles, oil, &error));
  g_assert_cmpstr (sf_prompt_style_get_prompt (sf_prompt_styles_find (styles, "Oil painting")), !=,
                   "my oil");
}

static void
test_import (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *csv = g_build_filename (folder->path, "styles.CSV", NULL);
  g_autofree char *bad = g_build_filename (folder->path, "bad.csv", NULL);
  g_autofree char *json = g_build_filename (folder->path, "out.json", NULL);
  g_autoptr (SfPromptStyles) styles = open_styles (folder);
  g_autoptr (SfPromptStyle) mine = style_new ("Mine", "old", "");
  g_autoptr (GError) error = NULL;
  guint n_shipped = count (styles);

  g_assert_true (sf_prompt_styles_put (styles, mine, NULL, &error));
  g_assert_true (g_file_set_contents (csv, "name,prompt\nA,a\nMine,new\nA,again\n", -1, &error));
  g_assert_cmpint (sf_prompt_styles_import (styles, csv, &error), ==, 3);
  g_assert_cmpuint (count (styles), ==, n_shipped + 2);
  check_style (sf_prompt_styles_find (styles, "Mine"), "Mine", "new", "");
  check_style (sf_prompt_styles_find (styles, "A"), "A", "again", "");

  g_assert_true (sf_prompt_styles_export (styles, csv, &error));
  g_assert_true (sf_prompt_styles_export (styles, json, &error));
  g_assert_cmpint (sf_prompt_styles_import (styles, csv, &error), ==, 2);
  g_assert_cmpint (sf_prompt_styles_import (styles, json, &error), ==, 2);
  g_assert_no_error (error);

  g_assert_true (g_file_set_contents (bad, "a,b\n", -1, NULL));
  g_assert_cmpint (sf_prompt_styles_import (styles, bad, &error), ==, -1);
  g_assert_nonnull (error);
  g_assert_cmpuint (count (styles), ==, n_shipped + 2);
}

/* What cannot be read is put aside, not written over. */
static void
test_damaged (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *path = g_build_filename (folder->path, "styles.json", NULL);
  g_autofree char *aside = g_strconcat (path, ".damaged", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "{\"styles\": [", -1, NULL));
  g_autoptr (SfPromptStyles) styles = sf_prompt_styles_new (path, &error);
  g_assert_nonnull (error);
  g_assert_cmpuint (count (styles), >=, 24);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/styles/merge", test_merge);
  g_test_add_func ("/styles/refused", test_refused);
  g_test_add_func ("/styles/csv", test_csv);
  g_test_add_func ("/styles/csv-columns", test_csv_columns);
  g_test_add_func ("/styles/files-refused", test_files_refused);
  g_test_add_func ("/styles/json", test_json);
  ADD_TEST ("/styles/shipped", test_shipped);
  ADD_TEST ("/styles/own", test_own);
  ADD_TEST ("/styles/import", test_import);
  ADD_TEST ("/styles/damaged", test_damaged);
  return g_test_run ();
}
