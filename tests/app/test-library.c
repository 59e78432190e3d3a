/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The library: what it finds in folders, and finds again. */

#include "library-fixture.h"

#include "library/sf-entry-list.h"
#include "library/sf-trash.h"

#include <glib/gstdio.h>

static const SfFilter everything = { 0 };

static guint
count_found (Fixture *fixture, const char *text)
{
  return fixture_count (fixture, &(SfFilter){ .text = (char *) text });
}

static void
rename_file (const char *from, const char *to)
{
  g_assert_cmpint (g_rename (from, to), ==, 0);
}

/* Looks at the folder without being told of changes. */
static void
rescan (Fixture *fixture)
{
  sf_library_scan (fixture->library, fixture->pictures, SF_SCAN_DEFAULT);
  fixture_settle (fixture);
}

static void
test_scan (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = fixture_paint (fixture, "a.png", "a red apple, on a table", "dreamy");
  g_autofree char *b = fixture_paint (fixture, "below/b.png", "ein grünes Boot", "starter");
  g_autofree char *bare = fixture_paint (fixture, "bare.png", NULL, NULL);
  g_autofree char *hidden = fixture_paint (fixture, ".hidden.png", "hidden", "dreamy");
  g_autofree char *text = g_build_filename (fixture->pictures, "text.png", NULL);

  g_assert_true (g_file_set_contents (text, "This is no picture.", -1, NULL));
  sf_library_add_folder (fixture->library, fixture->pictures);
  fixture_settle (fixture);
  g_assert_cmpuint (fixture_count (fixture, &everything), ==, 3);

  g_autoptr (SfEntry) entry = sf_library_find_path (fixture->library, a);
  const SfPictureRecord *record = sf_entry_get_record (entry);
  g_assert_cmpstr (record->prompt, ==, "a red apple, on a table");
  g_assert_cmpstr (record->negative, ==, "rain");
  g_assert_cmpstr (record->model, ==, "dreamy");
  g_assert_cmpuint (record->width, ==, 16);
  g_assert_cmpuint (record->height, ==, 8);
  g_assert_nonnull (strstr (record->infotext, "Seed: 5"));

  /* There is one object for a picture. */
  g_autoptr (SfEntry) again = sf_library_find_path (fixture->library, a);
  g_assert_true (again == entry);
  g_assert_null (sf_library_find_path (fixture->library, text));
}

static void
test_words (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = fixture_paint (fixture, "a.png", "a red apple, on a table", "dreamy");
  g_autofree char *b = fixture_paint (fixture, "b.png", "Ein grünes Boot (am See:1.2)", "starter");
  g_autofree char *c = fixture_paint (fixture, "c.png", "一只红色的猫在桌子上", "starter");

  sf_library_add_folder (fixture->library, fixture->pictures);
  fixture_settle (fixture);

  g_assert_cmpuint (count_found (fixture, "apple"), ==, 1);
  g_assert_cmpuint (count_found (fixture, "TABLE app"), ==, 1);
  g_assert_cmpuint (count_found (fixture, "app table"), ==, 0); /* only the last may go on */
  g_assert_cmpuint (count_found (fixture, "\"red apple\""), ==, 1);
  g_assert_cmpuint (count_found (fixture, "\"apple red\""), ==, 0);
  g_assert_cmpuint (count_found (fixture, "grunes see"), ==, 1);
  g_assert_cmpuint (count_found (fixture, "红色"), ==, 1);
  g_assert_cmpuint (count_found (fixture, "的猫"), ==, 1);
  g_assert_cmpuint (count_found (fixture, "猫的"), ==, 0);
  g_assert_cmpuint (count_found (fixture, "rain"), ==, 3);
  g_assert_cmpuint (count_found (fixture, "rain -apple"), ==, 2);
  g_assert_cmpuint (count_found (fixture, "dreamy"), ==, 1);

  /* Whatever is typed is a search, none an error. */
  g_assert_cmpuint (count_found (fixture, ""), ==, 3);
  g_assert_cmpuint (count_found (fixture, " ,;( "), ==, 3);
  g_assert_cmpuint (count_found (fixture, "-apple"), ==, 3);
  g_assert_cmpuint (count_found (fixture, "\"red"), ==, 1);
  g_assert_cmpuint (count_found (fixture, "red\"\" * ^ NEAR( ) AND"), ==, 0);
  g_assert_cmpuint (count_found (fixture, "prompt:apple"), ==, 0);
}

static void
test_filters (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = fixture_paint (fixture, "a.png", "a red apple", "dreamy");
  g_autofree char *b = fixture_paint (fixture, "b.png", "a red boat", "starter");

  sf_library_add_folder (fixture->library, fixture->pictures);
  fixture_settle (fixture);
  g_autoptr (SfEntry) entry = sf_library_find_path (fixture->library, a);
  sf_library_set_favourite (fixture->library, entry, TRUE);
  g_assert_true (sf_entry_get_record (entry)->favourite); /* at once */
  sf_library_set_label (fixture->library, entry, SF_LABEL_TAG, "fruit", TRUE);
  sf_library_set_label (fixture->library, entry, SF_LABEL_COLLECTION, "Best", TRUE);
  fixture_settle (fixture);

  const struct
  {
    SfFilter filter;
    guint n_found;
  } cases[] = {
    { { .favourites = TRUE }, 1 },
    { { .favourites = TRUE, .text = (char *) "boat" }, 0 },
    { { .model = (char *) "starter" }, 0 }, /* which has no name in a request */
    { { .model = (char *) "" }, 1 },
    { { .model = (char *) "dreamy", .text = (char *) "red" }, 1 },
    { { .tag = (char *) "fruit" }, 1 },
    { { .tag = (char *) "Best" }, 0 },
    { { .collection = (char *) "Best" }, 1 },
    { { .since = g_get_real_time () + G_USEC_PER_SEC }, 0 },
    { { .since = g_get_real_time () - G_TIME_SPAN_HOUR }, 2 },
    { { .width = 16, .height = 8 }, 2 },
    { { .width = 16, .height = 16 }, 0 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (fixture_count (fixture, &cases[i].filter), ==, cases[i].n_found);

  g_auto (GStrv) tags = sf_library_list_labels (fixture->library, entry, SF_LABEL_TAG);
  g_assert_cmpuint (g_strv_length (tags), ==, 1);
  sf_library_set_label (fixture->library, entry, SF_LABEL_TAG, "fruit", FALSE);
  fixture_settle (fixture);
  g_auto (GStrv) none = sf_library_list_labels (fixture->library, NULL, SF_LABEL_TAG);
  g_assert_cmpuint (g_strv_length (none), ==, 0);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "c.png", "a.png", "b.png" };
  const SfFilter oldest = { .sort = SF_SORT_OLDEST };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = fixture_paint (fixture, names[i], "a red apple", "starter");
      g_autoptr (GFile) file = g_file_new_for_path (path);

      g_assert_true (g_file_set_attribute_uint64 (file, G_FILE_ATTRIBUTE_TIME_MODIFIED,
                                                  1700000000 + i, G_FILE_QUERY_INFO_NONE, NULL,
                                                  NULL));
    }
  sf_library_add_folder (fixture->library, fixture->pictures);
  fixture_settle (fixture);

  g_autoptr (GPtrArray) up = fixture_find (fixture, &oldest);
  g_autoptr (GPtrArray) down = fixture_find (fixture, &everything);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_true (g_str_has_suffix (sf_entry_get_record (up->pdata[i])->path, names[i]));
      g_assert_true (down->pdata[2 - i] == up->pdata[i]);
    }
}

static void
test_moved (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = fixture_paint (fixture, "a.png", "a red apple", "dreamy");
  g_autofree char *moved = g_build_filename (fixture->pictures, "else", "moved.png", NULL);
  g_autofree char *folder = g_path_get_dirname (moved);

  sf_library_add_folder (fixture->library, fixture->pictures);
  fixture_settle (fixture);
  g_autoptr (SfEntry) entry = sf_library_find_path (fixture->library, a);
  gint64 id = sf_entry_get_record (entry)->id;
  sf_library_set_favourite (fixture->library, entry, TRUE);
  fixture_settle (fixture);

  g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
  rename_file (a, moved);
  rescan (fixture);
  g_assert_cmpuint (fixture_count (fixture, &everything), ==, 1);
  g_autoptr (SfEntry) found = sf_library_find_path (fixture->library, moved);
  g_assert_cmpint (sf_entry_get_record (found)->id, ==, id);
  g_assert_true (sf_entry_get_record (found)->favourite);

  /* A copy is a picture of its own. */
  g_autoptr (GFile) from = g_file_new_for_path (moved);
  g_autoptr (GFile) to = g_file_new_for_path (a);
  g_assert_true (g_file_copy (from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, NULL));
  rescan (fixture);
  g_assert_cmpuint (fixture_count (fixture, &everything), ==, 2);

  /* Gone, and back with all that was known of it. */
  g_assert_cmpint (g_remove (a), ==, 0);
  g_autofree char *away = g_build_filename (fixture->root, "away.png", NULL);
  rename_file (moved, away);
  rescan (fixture);
  g_assert_cmpuint (fixture_count (fixture, &everything), ==, 0);
  rename_file (away, a);
  rescan (fixture);
  g_autoptr (GPtrArray) back = fixture_find (fixture, &everything);
  g_assert_cmpuint (back->len, ==, 1);
  g_assert_cmpstr (sf_entry_get_record (back->pdata[0])->path, ==, a);
}

static void
test_watched (Fixture *fixture, gconstpointer data)
{
  SfEntryList *list = sf_entry_list_new (fixture->library);
  gboolean there = FALSE;
  gint64 deadline = g_get_monotonic_time () + TIMEOUT_SECONDS * G_USEC_PER_SEC;

  sf_library_add_folder (fixture->library, fixture->pictures);
  fixture_settle (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);

  /* A stranger adds, in a new folder, and removes. */
  g_autofree char *path = fixture_paint (fixture, "new/a.png", "a red apple", "dreamy");
  for (guint wanted = 1; wanted != G_MAXUINT; wanted--)
    {
      while (!there)
        {
          g_assert_cmpint (g_get_monotonic_time (), <, deadline);
          if (!g_main_context_iteration (NULL, FALSE))
            g_usleep (1000);
          there = g_list_model_get_n_items (G_LIST_MODEL (list)) == wanted;
        }
      if (wanted == 1)
        g_assert_cmpint (g_remove (path), ==, 0);
      there = FALSE;
    }
  while (sf_entry_list_is_loading (list))
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (list);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
test_trash (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = fixture_paint (fixture, "a.png", "a red apple", "dreamy");
  g_autofree char *b = fixture_paint (fixture, "b, ü%.png", "a red boat", "dreamy");
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;

  /* In a sandbox it is a portal, which takes a session; elsewhere there may be none on this file
   * system. */
  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("The trash is a portal here");
      return;
    }
  g_autofree char *probe = fixture_paint (fixture, "probe.png", NULL, NULL);
  if (!sf_trash_put (probe, &error))
    {
      g_test_skip (error->message);
      return;
    }
  g_assert_true (sf_trash_restore (probe, NULL));
  g_assert_cmpint (g_remove (probe), ==, 0);

  sf_library_add_folder (fixture->library, fixture->pictures);
  fixture_settle (fixture);
  g_autoptr (GPtrArray) entries = fixture_find (fixture, &everything);
  for (guint i = 0; i < entries->len; i++)
    {
      gint64 id = sf_entry_get_record (entries->pdata[i])->id;

      g_array_append_val (ids, id);
    }
  sf_library_set_favourite (fixture->library, entries->pdata[0], TRUE);

  sf_library_trash_async (fixture->library, ids, changed_cb, &done);
  fixture_wait (&done);
  g_assert_false (g_file_test (a, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (b, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (fixture_count (fixture, &everything), ==, 0);

  done = FALSE;
  sf_library_restore_async (fixture->library, ids, changed_cb, &done);
  fixture_wait (&done);
  g_assert_true (g_file_test (a, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (b, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (fixture_count (fixture, &everything), ==, 2);
  g_assert_cmpuint (fixture_count (fixture, &(SfFilter){ .favourites = TRUE }), ==, 1);

  g_assert_false (sf_trash_restore (a, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = fixture_paint (fixture, "a.png", "a red apple", "dreamy");
  g_autofree char *aside = g_strconcat (fixture->database, ".damaged", NULL);
  g_autoptr (GError) error = NULL;
  gboolean was_damaged = FALSE;

  sf_library_add_folder (fixture->library, fixture->pictures);
  fixture_close (fixture);
  g_assert_true (
      g_file_set_contents (fixture->database, "garbage, and long enough for a page", -1, NULL));
  fixture->library = sf_library_new (fixture->database, &was_damaged, &error);
  g_assert_no_error (error);
  g_assert_true (was_damaged);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (fixture_count (fixture, &everything), ==, 0);
  sf_library_add_folder (fixture->library, fixture->pictures);
  fixture_settle (fixture);
  g_assert_cmpuint (fixture_count (fixture, &everything), ==, 1);
}

static void
test_newer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sf_database_run (sf_library_get_database (fixture->library), NULL,
                                  "PRAGMA user_version = 1000", ""));
  g_assert_null (sf_library_new (fixture->database, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

/* Goes on after a restart, with what only the library knows. */
static void
test_kept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *a = fixture_paint (fixture, "a.png", "a red apple", "dreamy");
  gboolean done = FALSE;

  sf_library_add_async (fixture->library, a, 0, changed_cb, &done);
  fixture_wait (&done);
  g_autoptr (SfEntry) entry = sf_library_find_path (fixture->library, a);
  sf_library_set_favourite (fixture->library, entry, TRUE);
  fixture_close (fixture);
  g_assert_cmpstr (sf_entry_get_record (entry)->path, ==, a); /* lives on */

  fixture_open (fixture);
  g_assert_cmpuint (fixture_count (fixture, &(SfFilter){ .favourites = TRUE }), ==, 1);
  g_assert_cmpuint (fixture->n_troubles, ==, 0);
}

static void
add (const char *name, void (*run) (Fixture *, gconstpointer))
{
  g_test_add (name, Fixture, NULL, fixture_set_up, run, fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/library/scan", test_scan);
  add ("/library/words", test_words);
  add ("/library/filters", test_filters);
  add ("/library/order", test_order);
  add ("/library/moved", test_moved);
  add ("/library/watched", test_watched);
  add ("/library/trash", test_trash);
  add ("/library/damaged", test_damaged);
  add ("/library/newer", test_newer);
  add ("/library/kept", test_kept);
  return g_test_run ();
}
