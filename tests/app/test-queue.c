/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The queue: order, and what is left of it after a restart. */

#include "library-fixture.h"

#include "library/sf-queue.h"

typedef struct
{
  Fixture library;
  SfQueue *queue;
} QueueFixture;

static void
open_queue (QueueFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->queue = sf_queue_new (fixture->library.library, &error);
  g_assert_no_error (error);
}

static void
reopen (QueueFixture *fixture)
{
  sf_library_flush (fixture->library.library);
  g_assert_finalize_object (fixture->queue);
  fixture_close (&fixture->library);
  fixture_open (&fixture->library);
  open_queue (fixture);
}

static void
set_up (QueueFixture *fixture, gconstpointer data)
{
  fixture_set_up (&fixture->library, data);
  open_queue (fixture);
}

static void
tear_down (QueueFixture *fixture, gconstpointer data)
{
  sf_library_flush (fixture->library.library);
  g_assert_finalize_object (fixture->queue);
  fixture_tear_down (&fixture->library, data);
}

static SfJob *
add_job (QueueFixture *fixture, const char *prompt, guint count, gboolean first)
{
  g_autoptr (SfRequest) request = fixture_make_request (prompt, 10, count);

  return sf_queue_add (fixture->queue, request, "/pictures", FALSE, first);
}

/* Prompts in order. */
static char *
describe (QueueFixture *fixture)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)); i++)
    {
      g_autoptr (SfJob) job = g_list_model_get_item (G_LIST_MODEL (fixture->queue), i);

      g_string_append (text, sf_job_get_request (job)->prompt);
    }
  return g_string_free (text, FALSE);
}

static void
assert_order (QueueFixture *fixture, const char *expected)
{
  g_autofree char *order = describe (fixture);

  g_assert_cmpstr (order, ==, expected);
}

static void
test_order (QueueFixture *fixture, gconstpointer data)
{
  SfJob *a = add_job (fixture, "a", 1, FALSE);
  SfJob *b = add_job (fixture, "b", 1, FALSE);
  SfJob *c = add_job (fixture, "c", 1, FALSE);

  add_job (fixture, "d", 1, TRUE);
  assert_order (fixture, "dabc");
  sf_queue_move (fixture->queue, c, 0);
  assert_order (fixture, "cdab");
  sf_queue_move (fixture->queue, c, 99);
  assert_order (fixture, "dabc");
  sf_queue_remove (fixture->queue, b);
  assert_order (fixture, "dac");

  /* What runs comes first and stays there. */
  sf_queue_begin (fixture->queue, a);
  assert_order (fixture, "adc");
  sf_queue_move (fixture->queue, c, 0);
  assert_order (fixture, "acd");
  add_job (fixture, "e", 1, TRUE);
  assert_order (fixture, "aecd");
  g_assert_cmpstr (sf_job_get_request (sf_queue_peek (fixture->queue))->prompt, ==, "e");

  reopen (fixture);
  assert_order (fixture, "aecd");
  sf_queue_clear (fixture->queue);
  assert_order (fixture, "");
  reopen (fixture);
  assert_order (fixture, "");
}

static void
test_kept (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (SfRequest) request = fixture_make_request ("“q”,\n\\ 猫", 10, 5);
  g_free (request->model);
  request->model = g_strdup ("/models/a.safetensors");
  request->clip_skip = 2;
  SfJob *job = sf_queue_add (fixture->queue, request, "/p", TRUE, FALSE);
  SfJob *failed = add_job (fixture, "b", 1, FALSE);

  sf_queue_fail (fixture->queue, failed, "no model");
  sf_queue_set_paused (fixture->queue, TRUE);
  g_assert_cmpuint (sf_queue_count_left (fixture->queue), ==, 1);
  g_assert_true (sf_queue_peek (fixture->queue) == job);
  reopen (fixture);

  g_assert_true (sf_queue_is_paused (fixture->queue));
  g_assert_cmpuint (sf_queue_count_left (fixture->queue), ==, 1);
  job = sf_queue_peek (fixture->queue);
  g_assert_cmpstr (sf_job_get_request (job)->prompt, ==, request->prompt);
  g_assert_cmpstr (sf_job_get_request (job)->model, ==, request->model);
  g_assert_cmpuint (sf_job_get_request (job)->clip_skip, ==, 2);
  g_assert_true (sf_job_is_endless (job));
  g_assert_cmpstr (sf_job_get_folder (job), ==, "/p");

  g_autoptr (SfJob) back = g_list_model_get_item (G_LIST_MODEL (fixture->queue), 1);
  g_assert_cmpint (sf_job_get_state (back), ==, SF_JOB_FAILED);
  g_assert_cmpstr (sf_job_get_failure (back), ==, "no model");
  sf_queue_retry (fixture->queue, back);
  g_assert_cmpint (sf_job_get_state (back), ==, SF_JOB_WAITING);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

/* A picture and the count of its job are written as one. */
static void
test_resume (QueueFixture *fixture, gconstpointer data)
{
  SfJob *job = add_job (fixture, "a", 3, FALSE);
  gint64 id = sf_job_get_id (job);

  sf_queue_begin (fixture->queue, job);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      g_autofree char *path = fixture_paint (&fixture->library, name, "a", "starter");
      gboolean done = FALSE;

      sf_library_add_async (fixture->library.library, path, id, added_cb, &done);
      fixture_wait (&done);
    }
  reopen (fixture);

  job = sf_queue_peek (fixture->queue);
  g_assert_cmpuint (sf_job_get_n_made (job), ==, 2);
  g_autoptr (SfRequest) left = sf_job_dup_remaining (job);
  g_assert_cmpuint (left->seed, ==, 12);
  g_assert_cmpuint (left->count, ==, 1);

  /* The last one was made, but there was no time to take the job out. */
  g_autofree char *path = fixture_paint (&fixture->library, "3.png", "a", "starter");
  gboolean done = FALSE;
  sf_library_add_async (fixture->library.library, path, id, added_cb, &done);
  fixture_wait (&done);
  reopen (fixture);
  assert_order (fixture, "");
}

static void
test_endless (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (SfRequest) request = fixture_make_request ("a", 7, 1);
  SfJob *job = sf_queue_add (fixture->queue, request, "/p", TRUE, FALSE);

  for (guint i = 0; i < 3; i++)
    sf_job_count_picture (job);
  g_autoptr (SfRequest) left = sf_job_dup_remaining (job);
  g_assert_cmpuint (left->seed, ==, 10);
  g_assert_cmpuint (left->count, >, 1);
}

/* What cannot be understood is left out, not fatal. */
static void
test_bad_row (QueueFixture *fixture, gconstpointer data)
{
  add_job (fixture, "a", 1, FALSE);
  sf_library_flush (fixture->library.library);
  g_assert_true (sf_database_run (sf_library_get_database (fixture->library.library), NULL,
                                  "INSERT INTO jobs (position, request, folder, endless)"
                                  " VALUES (0, '{\"steps\":', '', 0)",
                                  ""));
  g_test_expect_message ("Sfumato", G_LOG_LEVEL_WARNING, "*cannot be read*");
  reopen (fixture);
  g_test_assert_expected_messages ();
  assert_order (fixture, "a");
  reopen (fixture);
  assert_order (fixture, "a");
}

static void
add (const char *name, void (*run) (QueueFixture *, gconstpointer))
{
  g_test_add (name, QueueFixture, NULL, set_up, run, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/queue/order", test_order);
  add ("/queue/kept", test_kept);
  add ("/queue/resume", test_resume);
  add ("/queue/endless", test_endless);
  add ("/queue/bad-row", test_bad_row);
  return g_test_run ();
}
