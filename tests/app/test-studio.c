/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The studio with a true engine and the tiny checkpoint, without a display. */

#include "sf-studio.h"

#include <glib/gstdio.h>

#define TIMEOUT_SECONDS 120

/* One for all tests: opening the device and the model takes longer than painting. */
static SfEngine *engine;

typedef struct
{
  SfStudio *studio;
  SfRequest *request;
  char *folder;
  guint n_progressed;
  guint n_previews;
  guint n_finished;
  guint n_made;
  guint n_unsaved;
  GError *failure;
} Fixture;

static void
texture_cb (Fixture *fixture, GParamSpec *pspec, SfPainting *painting)
{
  if (sf_painting_is_running (painting))
    fixture->n_previews++;
}

static void
items_changed_cb (Fixture *fixture, guint position, guint removed, guint added, GListModel *model)
{
  if (added > 0)
    {
      g_autoptr (SfPainting) painting = g_list_model_get_item (model, position);

      g_assert_cmpuint (position, ==, 0);
      g_assert_true (sf_painting_is_running (painting));
      g_signal_connect_swapped (painting, "notify::texture", G_CALLBACK (texture_cb), fixture);
    }
}

static void
progressed_cb (Fixture *fixture)
{
  fixture->n_progressed++;
}

static void
finished_cb (Fixture *fixture, guint n_made)
{
  g_assert_false (sf_studio_is_running (fixture->studio));
  fixture->n_finished++;
  fixture->n_made = n_made;
}

static void
failed_cb (Fixture *fixture, const GError *error)
{
  g_assert_null (fixture->failure);
  g_assert_false (sf_studio_is_running (fixture->studio));
  fixture->failure = g_error_copy (error);
}

static void
unsaved_cb (Fixture *fixture, SfPainting *painting, const GError *error)
{
  g_assert_null (sf_painting_get_path (painting));
  g_assert_nonnull (error);
  fixture->n_unsaved++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("sfumato-studio-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->studio = sf_studio_new (engine);
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
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  g_assert_finalize_object (fixture->studio);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  sf_request_free (fixture->request);
  g_clear_error (&fixture->failure);
}

static void
wait_until_idle (Fixture *fixture)
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
get_painting (Fixture *fixture, guint position)
{
  return g_list_model_get_item (sf_studio_get_paintings (fixture->studio), position);
}

static guint
count_paintings (Fixture *fixture)
{
  return g_list_model_get_n_items (sf_studio_get_paintings (fixture->studio));
}

static void
test_pictures (Fixture *fixture, gconstpointer data)
{
  fixture->request->count = 2;
  g_assert_cmpfloat (sf_studio_forecast (fixture->studio, fixture->request), <, 0);
  sf_studio_start (fixture->studio, fixture->request, fixture->folder);
  g_assert_true (sf_studio_is_running (fixture->studio));
  g_assert_cmpuint (count_paintings (fixture), ==, 1);
  wait_until_idle (fixture);

  g_assert_no_error (fixture->failure);
  g_assert_cmpuint (fixture->n_finished, ==, 1);
  g_assert_cmpuint (fixture->n_made, ==, 2);
  g_assert_cmpuint (fixture->n_previews, >=, 2);
  g_assert_cmpuint (fixture->n_progressed, >, 2 * fixture->request->steps);
  g_assert_cmpuint (count_paintings (fixture), ==, 2);
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
test_stop (Fixture *fixture, gconstpointer data)
{
  fixture->request->steps = 100;
  sf_studio_start (fixture->studio, fixture->request, fixture->folder);
  while (sf_studio_get_progress (fixture->studio)->step < 2)
    g_main_context_iteration (NULL, TRUE);
  sf_studio_stop (fixture->studio);
  wait_until_idle (fixture);

  g_assert_no_error (fixture->failure);
  g_assert_cmpuint (fixture->n_finished, ==, 0);
  g_assert_cmpuint (count_paintings (fixture), ==, 0);

  /* It can go on. */
  fixture->request->steps = 1;
  sf_studio_start (fixture->studio, fixture->request, fixture->folder);
  wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_finished, ==, 1);
}

static void
test_no_model (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->request->model);
  fixture->request->model = g_strdup ("/nowhere/model.safetensors");
  sf_studio_start (fixture->studio, fixture->request, fixture->folder);
  wait_until_idle (fixture);

  g_assert_nonnull (fixture->failure);
  g_assert_nonnull (strstr (fixture->failure->message, "/nowhere/model.safetensors"));
  g_assert_cmpuint (count_paintings (fixture), ==, 0);
  g_assert_cmpuint (fixture->n_finished, ==, 0);
}

static void
test_bad_request (Fixture *fixture, gconstpointer data)
{
  fixture->request->width = 65;
  sf_studio_start (fixture->studio, fixture->request, fixture->folder);

  g_assert_false (sf_studio_is_running (fixture->studio));
  g_assert_nonnull (fixture->failure);
  g_assert_cmpuint (count_paintings (fixture), ==, 0);
}

static void
test_unsaved (Fixture *fixture, gconstpointer data)
{
  sf_studio_start (fixture->studio, fixture->request, "/proc/sfumato");
  wait_until_idle (fixture);

  g_assert_cmpuint (fixture->n_unsaved, ==, 1);
  g_assert_cmpuint (fixture->n_finished, ==, 1);
  g_assert_cmpuint (count_paintings (fixture), ==, 1);

  g_autoptr (SfPainting) painting = get_painting (fixture, 0);
  g_assert_nonnull (sf_painting_get_picture (painting));
}

static void
add (const char *name, void (*run) (Fixture *, gconstpointer))
{
  g_test_add (name, Fixture, NULL, set_up, run, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  engine = sf_engine_new (NULL);
  add ("/studio/pictures", test_pictures);
  add ("/studio/stop", test_stop);
  add ("/studio/no-model", test_no_model);
  add ("/studio/bad-request", test_bad_request);
  add ("/studio/unsaved", test_unsaved);

  int status = g_test_run ();
  g_assert_finalize_object (engine);
  return status;
}
