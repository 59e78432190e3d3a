/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-wildcards.h"

#include <locale.h>
#include <string.h>

#include "temporary-folder.h"

#define MANY 400

static char *
choose (const char *text, const char *folder, guint64 seed, gboolean bare_brackets)
{
  SfWildcardOptions options = {
    .seed = seed, .folder = folder, .bare_brackets = bare_brackets, .max_bytes = 1 << 20
  };

  return sf_wildcards_choose (text, &options);
}

static void
write_file (TemporaryFolder *folder, const char *name, const char *contents)
{
  g_autofree char *path = g_build_filename (folder->path, name, NULL);

  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
}

/* All that @text may become, sorted and joined by "/". */
static void
assert_choices (const char *text, const char *folder, gboolean bare_brackets, const char *expected)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GList) keys = NULL;
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint seed = 0; seed < MANY; seed++)
    g_hash_table_add (seen, choose (text, folder, seed, bare_brackets));
  keys = g_list_sort (g_hash_table_get_keys (seen), (GCompareFunc) strcmp);
  for (GList *key = keys; key != NULL; key = key->next)
    g_string_append_printf (joined, "%s%s", key == keys ? "" : "/", (const char *) key->data);
  g_assert_cmpstr (joined->str, ==, expected);
}

static void
test_options (void)
{
  static const struct
  {
    const char *text;
    const char *choices;
    const char *bare_choices;
  } CASES[] = {
    { "", "", "" },
    { "a", "a", "a" },
    { "{a|b}", "a/b", "a/b" },
    { "x {a|b|c} y", "x a y/x b y/x c y", "x a y/x b y/x c y" },
    { "{a|{b|c}}", "a/b/c", "a/b/c" },
    { "{a|b}{c|d}", "ac/ad/bc/bd", "ac/ad/bc/bd" },
    { "{|a}b", "ab/b", "ab/b" },
    { "{a}", "{a}", "a" },
    { "{a{b|c}}", "{ab}/{ac}", "ab/ac" },
    { "{}", "{}", "" },
    { "{a|b", "{a|b", "a/b" },
    { "{ {a|b}", "{ a/{ b", " a/ b" },
    { "a|b}", "a|b}", "a|b}" },
    { "\\{a|b\\}", "\\{a|b\\}", "\\{a|b\\}" },
    { "{a\\|b|c}", "a\\|b/c", "a\\|b/c" },
    { "{\\}|b}", "\\}/b", "\\}/b" },
    { "\\\\{a|b}", "\\\\a/\\\\b", "\\\\a/\\\\b" },
    { "[{a|b}:3]", "[a:3]/[b:3]", "[a:3]/[b:3]" },
    { "__a__", "__a__", "__a__" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      assert_choices (CASES[i].text, NULL, FALSE, CASES[i].choices);
      assert_choices (CASES[i].text, NULL, TRUE, CASES[i].bare_choices);
    }
}

static void
test_files (TemporaryFolder *folder, gconstpointer data)
{
  write_file (folder, "color.txt", "red\r\n\n# blue\n  green  \n");
  write_file (folder, "hair_color.txt", "{long|short} __color__");
  write_file (folder, "none.txt", "\n# nothing\n");
  write_file (folder, "bytes.txt", "\xff\xfe");

  assert_choices ("a __color__ car", folder->path, FALSE, "a green car/a red car");
  assert_choices ("__hair_color__", folder->path, FALSE,
                  "long green/long red/short green/short red");
  assert_choices ("{__color__|x}", folder->path, TRUE, "green/red/x");
  assert_choices ("__bytes__", folder->path, FALSE, "\xef\xbf\xbd\xef\xbf\xbd");
  /* What has no file stays. */
  assert_choices ("__missing__ __none__ ____ __", folder->path, FALSE,
                  "__missing__ __none__ ____ __");
  assert_choices ("___color__ __color_", folder->path, FALSE, "_green __color_/_red __color_");
}

static void
test_outside (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *inside = g_build_filename (folder->path, "inside", NULL);
  g_autofree char *open = g_build_filename (inside, "open.txt", NULL);
  g_autofree char *absolute = g_strdup_printf ("__%s/secret__", folder->path);

  g_assert_cmpint (g_mkdir (inside, 0700), ==, 0);
  write_file (folder, "secret.txt", "secret");
  write_file (folder, "inside/open.txt", "open");
  assert_choices ("__open__", inside, FALSE, "open");
  assert_choices ("__inside/open__", folder->path, FALSE, "open");
  assert_choices ("__../secret__", inside, FALSE, "__../secret__");
  assert_choices ("__./open__", inside, FALSE, "__./open__");
  assert_choices (absolute, inside, FALSE, absolute);
  g_assert_cmpint (g_remove (open), ==, 0);
}

static void
test_reproducible (void)
{
  const char *text = "{a|b|c|d|e|f|g|h}{a|b|c|d|e|f|g|h}{a|b|c|d|e|f|g|h}{a|b|c|d|e|f|g|h}";
  g_autofree char *first = choose (text, NULL, 1, FALSE);
  g_autofree char *again = choose (text, NULL, 1, FALSE);
  g_autofree char *other = choose (text, NULL, 1 + (G_GUINT64_CONSTANT (1) << 32), FALSE);

  g_assert_cmpstr (first, ==, again);
  g_assert_cmpstr (first, !=, other);
}

/* A file that names itself, over and over, ends. */
static void
test_endless (TemporaryFolder *folder, gconstpointer data)
{
  g_autofree char *once = NULL, *twice = NULL, *nothing = NULL;
  g_autofree char *braces = g_strnfill (100000, '{');
  g_autofree char *nested = NULL;

  write_file (folder, "a.txt", "x__a__");
  write_file (folder, "b.txt", "__b__, __b__");
  write_file (folder, "c.txt", "__c____c__");
  once = choose ("__a__", folder->path, 1, FALSE);
  twice = choose ("__b__", folder->path, 1, FALSE);
  nothing = choose ("__c__", folder->path, 1, FALSE);
  nested = choose (braces, NULL, 1, TRUE);
  g_assert_cmpuint (strlen (once), ==, SF_WILDCARD_MAX_DEPTH + strlen ("__a__"));
  g_assert_cmpuint (strlen (twice), <, 1 << 20);
  g_assert_cmpuint (strlen (nothing), <, 1 << 20);
  g_assert_cmpuint (strlen (nested), ==, 100000 - SF_WILDCARD_MAX_DEPTH);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wildcards/options", test_options);
  ADD_TEST ("/wildcards/files", test_files);
  ADD_TEST ("/wildcards/outside", test_outside);
  g_test_add_func ("/wildcards/reproducible", test_reproducible);
  ADD_TEST ("/wildcards/endless", test_endless);
  return g_test_run ();
}
