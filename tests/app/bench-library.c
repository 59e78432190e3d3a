/* SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-library [N [FILE]]: a library of N made-up pictures (100000), in FILE or in a temporary one: how long it takes to open, to
 * list and to search it, and how much memory that needs. An existing FILE is measured as it is. */

#include "library/sf-library.h"
#include "library/sf-search.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define DEFAULT_COUNT 100000
#define N_SEARCHES 100
#define BATCH 1000

static const char *const words[] = {
  "red",     "green",    "blue",       "golden",   "ancient",    "portrait", "landscape",
  "castle",  "forest",   "river",      "mountain", "lighthouse", "apple",    "boat",
  "cat",     "dog",      "dragon",     "robot",    "city",       "street",   "night",
  "morning", "fog",      "watercolor", "oil",      "painting",   "photo",    "detailed",
  "soft",    "light",    "dramatic",   "sky",      "clouds",     "woman",    "man",
  "child",   "old",      "young",      "smiling",  "dancing",    "highly",   "masterpiece",
  "best",    "quality",  "cinematic",  "depth",    "field",      "bokeh",    "bridge",
  "tower",   "umbrella", "rain",       "snow",     "desert",     "ocean",    "猫",
};

static double
get_seconds (gint64 since)
{
  return (double) (g_get_monotonic_time () - since) / G_USEC_PER_SEC;
}

static char *
make_text (GRand *random, guint n_words)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_words; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? (i % 5 == 0 ? ", " : " ") : "",
                            words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))]);
  /* Something rare. */
  g_string_append_printf (text, " %x", g_rand_int (random) % 50000);
  return g_string_free (text, FALSE);
}

static gint64
store (SfDatabase *database, GRand *random, guint i, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/nowhere/Pictures/Sfumato/%05u-%u.png", i,
                                           g_rand_int (random));
  g_autofree char *fingerprint = g_strdup_printf ("%064u", i);
  g_autofree char *prompt = make_text (random, 25);
  g_autofree char *negative = make_text (random, 10);
  g_autofree char *model = g_strdup_printf ("model-%d", g_rand_int_range (random, 0, 12));
  g_autofree char *infotext = g_strdup_printf ("%s\nNegative prompt: %s\nSteps: 20, Sampler: "
                                               "Euler a, CFG scale: 7, Seed: %u, Size: 512x512, "
                                               "Model: %s",
                                               prompt, negative, g_rand_int (random), model);
  const SfPictureRecord record = { .path = path,
                                   .fingerprint = fingerprint,
                                   .n_bytes = 400000 + i,
                                   .modified = G_GINT64_CONSTANT (1700000000000000) + i,
                                   .created = G_GINT64_CONSTANT (1700000000000000)
                                              + i * G_TIME_SPAN_MINUTE,
                                   .width = 512,
                                   .height = i % 3 == 0 ? 768 : 512,
                                   .model = model,
                                   .prompt = prompt,
                                   .negative = negative,
                                   .infotext = infotext };

  return sf_records_store (database, &record, error);
}

static gboolean
fill (SfDatabase *database, guint n, GError **error)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0; i < n; i++)
    {
      if (i % BATCH == 0 && !sf_database_begin (database, error))
        return FALSE;
      if (store (database, random, i, error) == 0)
        return FALSE;
      if ((i % BATCH == BATCH - 1 || i == n - 1) && !sf_database_commit (database, error))
        return FALSE;
    }
  return TRUE;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return x < y ? -1 : x > y;
}

/* As they come while somebody types: one letter, more of them, a second word. */
static char *
make_query (GRand *random, guint i)
{
  const char *first = words[g_rand_int_range (random, 0, G_N_ELEMENTS (words) - 1)];
  const char *second = words[g_rand_int_range (random, 0, G_N_ELEMENTS (words) - 1)];

  switch (i % 5)
    {
    case 0:
      return g_strndup (first, 1);
    case 1:
      return g_strndup (first, 2);
    case 2:
      return g_strdup (first);
    case 3:
      return g_strdup_printf ("%s %.2s", first, second);
    default:
      return g_strdup_printf ("%s %s -%x", first, second, i);
    }
}

static gboolean
measure_searches (SfDatabase *database, SfSearch *search, GError **error)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (2);
  double milliseconds[N_SEARCHES];
  g_autofree char *worst = NULL;
  double most = 0;

  for (guint i = 0; i < N_SEARCHES; i++)
    {
      g_autofree char *text = make_query (random, i);
      gint64 began = g_get_monotonic_time ();
      g_autoptr (GArray) ids = sf_search_run (search, database, &(SfFilter){ .text = text }, error);

      if (ids == NULL)
        return FALSE;
      milliseconds[i] = get_seconds (began) * 1000;
      if (milliseconds[i] > most)
        {
          most = milliseconds[i];
          g_free (worst);
          worst = g_strdup_printf ("“%s”, %u found", text, ids->len);
        }
    }
  qsort (milliseconds, N_SEARCHES, sizeof *milliseconds, compare_doubles);
  printf ("searches:        median %.1f ms, worst %.1f ms (%s)\n", milliseconds[N_SEARCHES / 2],
          most, worst);
  return TRUE;
}

static gboolean
measure (const char *path, GError **error)
{
  gint64 began = g_get_monotonic_time ();
  g_autoptr (SfDatabase) database = sf_database_open (path, error);
  g_autoptr (SfSearch) search = sf_search_new ();
  struct rusage usage;

  if (database == NULL)
    return FALSE;
  printf ("open:            %.1f ms\n", get_seconds (began) * 1000);

  began = g_get_monotonic_time ();
  g_autoptr (GArray) all = sf_search_run (search, database, &(SfFilter){ 0 }, error);
  if (all == NULL)
    return FALSE;
  printf ("list of %u:  %.1f ms\n", all->len, get_seconds (began) * 1000);

  began = g_get_monotonic_time ();
  for (guint i = 0; i < 200 && i < all->len; i++)
    {
      g_autoptr (SfPictureRecord)
          record = sf_records_load (database, g_array_index (all, gint64, i), error);

      if (record == NULL)
        return FALSE;
    }
  printf ("first 200 rows:  %.1f ms\n", get_seconds (began) * 1000);

  const SfFilter filter = { .model = (char *) "model-3", .sort = SF_SORT_LARGEST };
  began = g_get_monotonic_time ();
  g_autoptr (GArray) some = sf_search_run (search, database, &filter, error);
  if (some == NULL)
    return FALSE;
  printf ("filter and sort: %.1f ms (%u found)\n", get_seconds (began) * 1000, some->len);

  if (!measure_searches (database, search, error))
    return FALSE;
  getrusage (RUSAGE_SELF, &usage);
  printf ("peak memory:     %.1f MiB\n", (double) usage.ru_maxrss / 1024);
  return TRUE;
}

static gboolean
make (const char *path, guint n, GError **error)
{
  gint64 began = g_get_monotonic_time ();
  g_autoptr (SfDatabase) database = sf_database_open (path, error);

  if (database == NULL || !fill (database, n, error))
    return FALSE;
  printf ("made in:         %.1f s\n", get_seconds (began));
  return TRUE;
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : DEFAULT_COUNT;
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (argc > 2)
    path = g_strdup (argv[2]);
  else
    {
      folder = g_dir_make_tmp ("sfumato-bench-XXXXXX", &error);
      g_assert_no_error (error);
      path = g_build_filename (folder, "library.db", NULL);
    }

  if (!g_file_test (path, G_FILE_TEST_EXISTS) && !make (path, n, &error))
    g_printerr ("%s\n", error->message);
  else if (!measure (path, &error))
    g_printerr ("%s\n", error->message);
  if (folder != NULL)
    {
      g_unlink (path);
      g_rmdir (folder);
    }
  return error != NULL;
}
