/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The studio with a true engine and the tiny checkpoint, without a display. */

#include "library-fixture.h"

#include "sf-studio.h"

#include <glib/gstdio.h>

/* One for all tests: opening the device and the model takes longer than painting. */
static SfEngine *engine;

typedef struct
{
  Fixture library;
  SfQueue *queue;
  SfStudio *studio;
  SfRequest *request;
  guint n_progressed;
  guint n_previews;
  guint n_ready; /* paintings that came as they are */
  guint n_finished;
  guint n_made;
  guint n_unsaved;
  GError *failure;
} StudioFixture;

static void
texture_cb (StudioFixture *fixture, GParamSpec *pspec, SfPainting *painting)
{
  if (sf_painting_is_running (painting))
    fixture->n_previews++;
}

static void
items_changed_cb (StudioFixture *fixture, guint position, guint removed, guint added,
                  GListModel *model)
{
  if (added > 0)
    {
      g_autoptr (SfPainting) painting = g_list_model_get_item (model, position);

      g_assert_cmpuint (position, ==, 0);
      fixture->n_ready += sf_painting_is_running (painting) ? 0 : 1;
      g_signal_connect_swapped (painting, "notify::texture", G_CALLBACK (texture_cb), fixture);
    }
}

static void
progressed_cb (StudioFixture *fixture)
{
  fixture->n_progressed++;
}

static void
finished_cb (StudioFixture *fixture, guint n_made)
{
  g_assert_false (sf_studio_is_running (fixture->studio));
  fixture->n_finished++;
  fixture->n_made = n_made;
}

static void
failed_cb (StudioFixture *fixture, const GError *error)
{
  g_assert_null (fixture->failure);
  fixture->failure = g_error_copy (error);
}

static void
unsaved_cb (StudioFixture *fixture, SfPainting *painting, const GError *error)
{
  g_assert_null (sf_painting_get_path (painting));
  g_assert_nonnull (error);
  fixture->n_unsaved++;
}

static void
set_up (StudioFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture_set_up (&fixture->library, data);
  fixture->queue = sf_queue_new (fixture->library.library, &error);
  g_assert_no_error (error);
  fixture->studio = sf_studio_new (engine, fixture->queue);
  sf_studio_set_open (fixture->studio, TRUE);
  fixture->request = sf_request_new ();
  fixture->request->model = g_strdup (g_getenv ("SF_TINY_CHECKPOINT"));
  g_free (fixture->request->prompt);
  fixture->request->prompt = g_strdup ("a red apple");
  fixture->request->width = 64;
  fixture->request->height = 128;
  fixture->request->steps = 3;
  fixture->request->seed = 7;
  fixture->request->preview = SF_PREVIEW_LINEAR;

  g_signal_connect_swapped (fixture->studio, "progressed", G_CALLBACK (progressed_cb), fixture);
  g_signal_connect_swapped (fixture->studio, "finished", G_CALLBACK (finished_cb), fixture);
  g_signal_connect_swapped (fixture->studio, "failed", G_CALLBACK (failed_cb), fixture);
  g_signal_connect_swapped (fixture->studio, "unsaved", G_CALLBACK (unsaved_cb), fixture);
  g_signal_connect_swapped (sf_studio_get_paintings (fixture->studio), "items-changed",
                            G_CALLBACK (items_changed_cb), fixture);
}

static void
tear_down (StudioFixture *fixture, gconstpointer data)
{
  sf_library_flush (fixture->library.library);
  g_assert_finalize_object (fixture->studio);
  g_assert_finalize_object (fixture->queue);
  fixture_tear_down (&fixture->library, data);
  sf_request_free (fixture->request);
  g_clear_error (&fixture->failure);
}

static SfJob *
start_in (StudioFixture *fixture, const char *folder, gboolean endless)
{
  return sf_queue_add (fixture->queue, fixture->request, folder, endless, FALSE);
}

static SfJob *
start (StudioFixture *fixture)
{
  return start_in (fixture, fixture->library.pictures, FALSE);
}

/* Runs the main loop until there are so many pictures in the library. */
static void
wait_for_pictures (StudioFixture *fixture, guint n_pictures)
{
  while (fixture_count (&fixture->library, &(SfFilter){ 0 }) < n_pictures)
    for (guint i = 0; i < 20; i++)
      {
        g_main_context_iteration (NULL, FALSE);
        g_usleep (1000);
      }
}

static void
wait_until_idle (StudioFixture *fixture)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT_SECONDS * G_USEC_PER_SEC;

  while (sf_studio_is_running (fixture->studio))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

static SfPainting *
get_painting (StudioFixture *fixture, guint position)
{
  return g_list_model_get_item (sf_studio_get_paintings (fixture->studio), position);
}

static guint
count_paintings (StudioFixture *fixture)
{
  return g_list_model_get_n_items (sf_studio_get_paintings (fixture->studio));
}

static void
test_pictures (StudioFixture *fixture, gconstpointer data)
{
  fixture->request->count = 2;
  g_assert_cmpfloat (sf_studio_forecast (fixture->studio, fixture->request), <, 0);
  start (fixture);
  g_assert_true (sf_studio_is_running (fixture->studio));
  g_assert_cmpuint (count_paintings (fixture), ==, 1);
  wait_until_idle (fixture);

  g_assert_no_error (fixture->failure);
  g_assert_cmpuint (fixture->n_finished, ==, 1);
  g_assert_cmpuint (fixture->n_made, ==, 2);
  g_assert_cmpuint (fixture->n_previews, >=, 2);
  g_assert_cmpuint (fixture->n_progressed, >, 2 * fixture->request->steps);
  g_assert_cmpuint (count_paintings (fixture), ==, 2);
  g_assert_cmpuint (fixture->n_ready, ==, 0);
  g_assert_cmpfloat (sf_studio_forecast (fixture->studio, fixture->request), >, 0);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (SfPainting) painting = get_painting (fixture, i);
      g_autoptr (GError) error = NULL;
      const char *path = sf_painting_get_path (painting);

      g_assert_false (sf_painting_is_running (painting));
      g_assert_cmpuint (sf_painting_get_request (painting)->seed, ==, 8 - i);
      g_assert_cmpint (gdk_texture_get_width (sf_painting_get_texture (painting)), ==, 256);
      g_assert_nonnull (path);

      g_autofree char *infotext = sf_picture_load_infotext (path, &error);
      g_assert_no_error (error);
      g_assert_true (g_str_has_prefix (infotext, "a red apple\n"));
    }
}

static void
test_stop (StudioFixture *fixture, gconstpointer data)
{
  fixture->request->steps = 100;
  start (fixture);
  while (sf_studio_get_progress (fixture->studio)->step < 2)
    g_main_context_iteration (NULL, TRUE);
  sf_studio_stop (fixture->studio);
  wait_until_idle (fixture);

  g_assert_no_error (fixture->failure);
  g_assert_cmpuint (fixture->n_finished, ==, 0);
  g_assert_cmpuint (count_paintings (fixture), ==, 0);

  /* It can go on. */
  fixture->request->steps = 1;
  start (fixture);
  wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_finished, ==, 1);
}

/* What is there of the picture in work stays, and the rest is not made. */
static void
test_stop_and_keep (StudioFixture *fixture, gconstpointer data)
{
  fixture->request->steps = 100;
  fixture->request->count = 3;
  start (fixture);
  while (sf_studio_get_progress (fixture->studio)->step < 2)
    g_main_context_iteration (NULL, TRUE);
  sf_studio_stop_and_keep (fixture->studio);
  wait_until_idle (fixture);

  g_assert_no_error (fixture->failure);
  g_assert_cmpuint (count_paintings (fixture), ==, 1);
  g_assert_cmpuint (fixture_count (&fixture->library, &(SfFilter){ 0 }), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)), ==, 0);
}

static void
test_no_model (StudioFixture *fixture, gconstpointer data)
{
  g_free (fixture->request->model);
  fixture->request->model = g_strdup ("/nowhere/model.safetensors");
  start (fixture);
  wait_until_idle (fixture);

  g_assert_nonnull (fixture->failure);
  g_assert_nonnull (strstr (fixture->failure->message, "/nowhere/model.safetensors"));
  g_assert_cmpuint (count_paintings (fixture), ==, 0);
  g_assert_cmpuint (fixture->n_finished, ==, 0);
}

static void
test_bad_request (StudioFixture *fixture, gconstpointer data)
{
  fixture->request->width = 65;
  SfJob *job = start (fixture);
  wait_until_idle (fixture);

  g_assert_nonnull (fixture->failure);
  g_assert_cmpuint (count_paintings (fixture), ==, 0);
  g_assert_cmpint (sf_job_get_state (job), ==, SF_JOB_FAILED);
  g_assert_cmpstr (sf_job_get_failure (job), ==, fixture->failure->message);
}

/* A failed job stays, the others go on. */
static void
test_queue (StudioFixture *fixture, gconstpointer data)
{
  start (fixture);
  fixture->request->width = 65;
  start (fixture);
  fixture->request->width = 64;
  fixture->request->count = 2;
  start (fixture);
  wait_until_idle (fixture);

  g_assert_cmpuint (fixture->n_finished, ==, 1);
  g_assert_cmpuint (fixture->n_made, ==, 3);
  g_assert_nonnull (fixture->failure);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)), ==, 1);
  g_assert_cmpuint (fixture_count (&fixture->library, &(SfFilter){ 0 }), ==, 3);
}

static SfJob *
start_comparison (StudioFixture *fixture)
{
  g_autoptr (SfAxis) steps = sf_axis_new ("steps", "1, 2", NULL);
  g_autoptr (SfAxis) words = sf_axis_new (SF_AXIS_REPLACE, "red, green", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SfComparison) comparison = sf_comparison_new (fixture->request, steps, words, &error);

  g_assert_no_error (error);
  return sf_queue_add_comparison (fixture->queue, comparison, fixture->library.pictures, FALSE);
}

/* Its cells are pictures as any other, and so is its sheet. */
static void
test_comparison (StudioFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start_comparison (fixture);
  wait_until_idle (fixture);
  g_assert_no_error (fixture->failure);
  g_assert_cmpuint (fixture->n_made, ==, 4);
  g_assert_cmpuint (count_paintings (fixture), ==, 5);
  g_assert_cmpuint (fixture->n_ready, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)), ==, 0);
  g_assert_cmpuint (fixture_count (&fixture->library, &(SfFilter){ 0 }), ==, 5);

  g_autoptr (SfPainting) sheet = get_painting (fixture, 0);
  g_assert_cmpuint (sf_painting_get_width (sheet), >, 2 * fixture->request->width);
  g_assert_cmpuint (sf_painting_get_height (sheet), >, 2 * fixture->request->height);
  g_autofree char *infotext = sf_picture_load_infotext (sf_painting_get_path (sheet), &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (infotext, "Script: X/Y/Z plot, X Type: Steps, X Values: \"1, 2\","));

  g_autoptr (SfPainting) last = get_painting (fixture, 1);
  g_assert_cmpstr (sf_painting_get_request (last)->prompt, ==, "a green apple");
  g_assert_cmpuint (sf_painting_get_request (last)->steps, ==, 2);
  g_assert_cmpuint (sf_painting_get_request (last)->seed, ==, fixture->request->seed);
}

/* What is made of it stays; there is no sheet. */
static void
test_comparison_stopped (StudioFixture *fixture, gconstpointer data)
{
  start_comparison (fixture);
  wait_for_pictures (fixture, 1);
  sf_studio_stop (fixture->studio);
  wait_until_idle (fixture);

  guint n_pictures = fixture_count (&fixture->library, &(SfFilter){ 0 });
  g_assert_no_error (fixture->failure);
  g_assert_cmpuint (n_pictures, >=, 1);
  g_assert_cmpuint (n_pictures, <, 5);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)), ==, 0);
}

/* After the picture in work, not in the midst of it; and then the rest. */
static void
test_pause (StudioFixture *fixture, gconstpointer data)
{
  fixture->request->count = 3;
  start (fixture);
  sf_queue_set_paused (fixture->queue, TRUE);
  wait_until_idle (fixture);
  g_assert_cmpuint (fixture_count (&fixture->library, &(SfFilter){ 0 }), ==, 1);
  g_assert_cmpuint (count_paintings (fixture), ==, 1);
  g_assert_cmpuint (sf_queue_count_left (fixture->queue), ==, 1);

  sf_queue_set_paused (fixture->queue, FALSE);
  g_assert_true (sf_studio_is_running (fixture->studio));
  wait_until_idle (fixture);
  g_autoptr (SfPainting) last = get_painting (fixture, 0);
  g_assert_cmpuint (sf_painting_get_request (last)->seed, ==, 9);
  g_assert_cmpuint (fixture_count (&fixture->library, &(SfFilter){ 0 }), ==, 3);
  g_assert_cmpuint (sf_queue_count_left (fixture->queue), ==, 0);
}

/* A job without an end lets others go first, and then goes on. */
static void
test_endless (StudioFixture *fixture, gconstpointer data)
{
  fixture->request->steps = 1;
  start_in (fixture, fixture->library.pictures, TRUE);
  wait_for_pictures (fixture, 2);

  g_free (fixture->request->prompt);
  fixture->request->prompt = g_strdup ("a boat");
  start (fixture);
  while (fixture_count (&fixture->library, &(SfFilter){ .text = (char *) "boat" }) == 0)
    wait_for_pictures (fixture, 3);
  guint n_pictures = fixture_count (&fixture->library, &(SfFilter){ 0 });
  wait_for_pictures (fixture, n_pictures + 2);
  g_assert_cmpuint (fixture_count (&fixture->library, &(SfFilter){ .text = (char *) "boat" }), ==,
                    1);
  g_assert_true (sf_studio_is_running (fixture->studio));
  sf_studio_stop (fixture->studio);
  wait_until_idle (fixture);
  g_assert_cmpuint (sf_queue_count_left (fixture->queue), ==, 0);
}

/* Closing loses the picture in work and nothing else. */
static void
test_close (StudioFixture *fixture, gconstpointer data)
{
  fixture->request->count = 3;
  start (fixture);
  wait_for_pictures (fixture, 1);
  sf_studio_set_open (fixture->studio, FALSE);
  wait_until_idle (fixture);
  g_assert_cmpuint (sf_queue_count_left (fixture->queue), ==, 1);

  sf_studio_set_open (fixture->studio, TRUE);
  wait_until_idle (fixture);
  g_assert_cmpuint (fixture_count (&fixture->library, &(SfFilter){ 0 }), ==, 3);
  g_assert_cmpuint (sf_queue_count_left (fixture->queue), ==, 0);
}

/* What cannot be saved waits, and is saved when it can be. */
static void
test_unsaved (StudioFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->library.root, "late", NULL);

  /* A file where the folder is to be. */
  g_assert_true (g_file_set_contents (folder, "", 0, NULL));
  fixture->request->count = 2;
  start_in (fixture, folder, FALSE);
  while (fixture->n_unsaved == 0)
    g_main_context_iteration (NULL, TRUE);
  g_autoptr (SfPainting) painting = get_painting (fixture, count_paintings (fixture) - 1);
  g_assert_nonnull (sf_painting_get_picture (painting));
  g_assert_null (sf_painting_get_path (painting));
  g_assert_true (sf_studio_is_running (fixture->studio));

  g_assert_cmpint (g_unlink (folder), ==, 0);
  wait_until_idle (fixture);
  g_assert_nonnull (sf_painting_get_path (painting));
  g_assert_cmpuint (fixture_count (&fixture->library, &(SfFilter){ 0 }), ==, 2);
  g_assert_cmpuint (sf_queue_count_left (fixture->queue), ==, 0);
}

/* Stopping gives up what cannot be saved; it stays in the list. */
static void
test_given_up (StudioFixture *fixture, gconstpointer data)
{
  start_in (fixture, "/proc/sfumato", FALSE);
  while (fixture->n_unsaved == 0)
    g_main_context_iteration (NULL, TRUE);
  sf_studio_stop (fixture->studio);
  wait_until_idle (fixture);

  g_assert_cmpuint (fixture->n_unsaved, ==, 1);
  g_assert_cmpuint (count_paintings (fixture), ==, 1);
  g_assert_cmpuint (sf_queue_count_left (fixture->queue), ==, 0);
  g_autoptr (SfPainting) painting = get_painting (fixture, 0);
  g_assert_nonnull (sf_painting_get_picture (painting));
}

static void
add (const char *name, void (*run) (StudioFixture *, gconstpointer))
{
  g_test_add (name, StudioFixture, NULL, set_up, run, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  engine = sf_engine_new (NULL);
  add ("/studio/pictures", test_pictures);
  add ("/studio/stop", test_stop);
  add ("/studio/stop-and-keep", test_stop_and_keep);
  add ("/studio/no-model", test_no_model);
  add ("/studio/bad-request", test_bad_request);
  add ("/studio/queue", test_queue);
  add ("/studio/comparison", test_comparison);
  add ("/studio/comparison-stopped", test_comparison_stopped);
  add ("/studio/pause", test_pause);
  add ("/studio/endless", test_endless);
  add ("/studio/close", test_close);
  add ("/studio/unsaved", test_unsaved);
  add ("/studio/given-up", test_given_up);

  int status = g_test_run ();
  g_assert_finalize_object (engine);
  return status;
}
