/* SPDX-License-Identifier: GPL-3.0-or-later */

/* run-queue FOLDER N: works off the queue of the library in FOLDER, on a true engine with the tiny checkpoint. Where there is no
 * library yet, one is made with N jobs of three pictures. Says "made PATH" of each picture that counts as made, and ends when the
 * queue is empty. For test_crash.py, which kills it. */

#include "sf-studio.h"

#include <stdio.h>
#include <stdlib.h>

#define N_PICTURES 3

static void
path_cb (SfPainting *painting)
{
  printf ("made %s\n", sf_painting_get_path (painting));
  fflush (stdout);
}

static void
items_changed_cb (GListModel *paintings, guint position, guint removed, guint added)
{
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (SfPainting) painting = g_list_model_get_item (paintings, position + i);

      g_signal_connect (painting, "notify::path", G_CALLBACK (path_cb), NULL);
    }
}

static void
failed_cb (SfStudio *studio, const GError *error)
{
  g_error ("%s", error->message);
}

static void
add_jobs (SfQueue *queue, const char *folder, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SfRequest) request = sf_request_new ();

      g_free (request->prompt);
      request->prompt = g_strdup_printf ("job %u", i);
      g_free (request->model);
      request->model = g_strdup (g_getenv ("SF_TINY_CHECKPOINT"));
      request->width = request->height = 64;
      request->steps = 1;
      request->seed = 100 * i;
      request->count = N_PICTURES;
      sf_queue_add (queue, request, folder, FALSE, FALSE);
    }
}

int
main (int argc, char **argv)
{
  g_assert (argc == 3);

  g_autofree char *path = g_build_filename (argv[1], "library.db", NULL);
  g_autofree char *pictures = g_build_filename (argv[1], "Pictures", NULL);
  gboolean is_new = !g_file_test (path, G_FILE_TEST_EXISTS);
  g_autoptr (GError) error = NULL;
  gboolean was_damaged;
  g_autoptr (SfEngine) engine = sf_engine_new (NULL);
  g_autoptr (SfLibrary) library = sf_library_new (path, &was_damaged, &error);
  g_assert_no_error (error);
  g_assert_false (was_damaged);
  g_autoptr (SfQueue) queue = sf_queue_new (library, &error);
  g_assert_no_error (error);
  g_autoptr (SfStudio) studio = sf_studio_new (engine, queue);

  if (is_new)
    {
      add_jobs (queue, pictures, (guint) atoi (argv[2]));
      sf_library_flush (library);
      printf ("added\n");
      fflush (stdout);
    }
  sf_library_add_folder (library, pictures);
  g_signal_connect (studio, "failed", G_CALLBACK (failed_cb), NULL);
  g_signal_connect (sf_studio_get_paintings (studio), "items-changed",
                    G_CALLBACK (items_changed_cb), NULL);
  sf_studio_set_open (studio, TRUE);
  while (sf_queue_count_left (queue) > 0 || sf_library_is_scanning (library))
    g_main_context_iteration (NULL, TRUE);
  sf_library_flush (library);
  printf ("done\n");
  return 0;
}
