/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-engine-parts.h"
#include "engine/sf-engine.h"

#include <string.h>

/* A cancel is felt within half a second on a machine of its own; the tests may share theirs. A
 * request that is not cancelled would take minutes. */
#define CANCEL_SECONDS 3.0
#define CANCEL_DELAY_MS 100
#define SIZE 64
#define STEPS 4

typedef struct
{
  SfEngine *engine;
  SfRequest *request;
  GMainLoop *loop;
  GString *story; /* what arrived, a letter each */
  GThread *main_thread;
  GCancellable *cancellable;
  gboolean cancel_after_step;
  gint64 cancelled;
  double cancel_seconds;
  GPtrArray *pictures;
  GError *error;
} Fixture;

static void
fixture_set_up (Fixture *self, gconstpointer data)
{
  self->engine = sf_engine_new (NULL);
  self->request = sf_request_new ();
  self->request->model = g_strdup (g_getenv ("SF_TINY_CHECKPOINT"));
  self->request->width = SIZE;
  self->request->height = SIZE;
  self->request->steps = STEPS;
  self->loop = g_main_loop_new (NULL, FALSE);
  self->story = g_string_new (NULL);
  self->main_thread = g_thread_self ();
  self->cancellable = g_cancellable_new ();
}

static void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->engine);
  sf_request_free (self->request);
  g_main_loop_unref (self->loop);
  g_string_free (self->story, TRUE);
  g_object_unref (self->cancellable);
  g_clear_pointer (&self->pictures, g_ptr_array_unref);
  g_clear_error (&self->error);
}

/* In the middle of a step. */
static gboolean
cancel_cb (gpointer user_data)
{
  Fixture *self = user_data;

  self->cancelled = g_get_monotonic_time ();
  g_cancellable_cancel (self->cancellable);

  return G_SOURCE_REMOVE;
}

static void
event_arrived_cb (const SfEvent *event, gpointer user_data)
{
  static const char stages[] = { 'L', 'E', 'S', 'D' };
  Fixture *self = user_data;

  g_assert_true (g_thread_self () == self->main_thread);
  g_assert_cmpuint (event->picture_count, ==, self->request->count);
  g_assert_cmpuint (event->steps, ==, self->request->steps);

  switch (event->kind)
    {
    case SF_EVENT_STAGE:
      g_string_append_c (self->story, stages[event->stage]);
      break;
    case SF_EVENT_STEP:
      g_string_append_printf (self->story, "%u", event->step);
      if (event->step > 1)
        g_assert_cmpfloat (event->seconds_left, >=, 0.0);
      if (self->cancel_after_step && event->step == 1)
        g_timeout_add (CANCEL_DELAY_MS, cancel_cb, self);
      break;
    case SF_EVENT_PREVIEW:
      g_string_append_c (self->story, 'v');
      g_assert_cmpuint (event->picture->width * event->picture->height * 3, ==,
                        g_bytes_get_size (event->picture->rgb));
      break;
    case SF_EVENT_PICTURE:
      g_string_append_c (self->story, 'P');
      g_assert_nonnull (event->picture->infotext);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
generated_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  self->pictures = sf_engine_generate_finish (SF_ENGINE (object), result, &self->error);
  self->cancel_seconds = (double) (g_get_monotonic_time () - self->cancelled)
                         / (double) G_USEC_PER_SEC;
  g_string_append_c (self->story, '.');
  g_main_loop_quit (self->loop);
}

static void
generate (Fixture *self)
{
  sf_engine_generate_async (self->engine, self->request, event_arrived_cb, self, self->cancellable,
                            generated_cb, self);
}

static void
test_events (Fixture *self, gconstpointer data)
{
  self->request->count = 2;
  self->request->preview = SF_PREVIEW_LINEAR;
  self->request->preview_every = 2;
  generate (self);
  g_main_loop_run (self->loop);

  g_assert_no_error (self->error);
  g_assert_cmpstr (self->story->str, ==, "LES12v34DPS12v34DP.");
  g_assert_cmpuint (self->pictures->len, ==, 2);
  g_assert_cmpuint (sf_engine_get_peak_device_bytes (self->engine), >, 0);
}

static void
test_vae_previews (Fixture *self, gconstpointer data)
{
  self->request->preview = SF_PREVIEW_VAE;
  self->request->preview_every = 3;
  generate (self);
  g_main_loop_run (self->loop);

  g_assert_no_error (self->error);
  g_assert_cmpstr (self->story->str, ==, "LES123v4DP.");
}

static void
finish_early_cb (const SfEvent *event, gpointer user_data)
{
  Fixture *self = user_data;

  if (event->kind == SF_EVENT_STEP && event->picture_index == 0 && event->step == 1)
    sf_engine_finish_early (self->engine);
  if (event->kind == SF_EVENT_STEP)
    g_string_append_printf (self->story, "%u", event->step);
  if (event->kind == SF_EVENT_PICTURE)
    g_string_append_c (self->story, 'P');
}

/* After the step in which it was asked for, and only that picture. */
static void
test_finish_early (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->request->count = 2;
  self->pictures = sf_engine_generate (self->engine, self->request, finish_early_cb, self, NULL,
                                       &error);
  g_assert_no_error (error);
  g_assert_cmpstr (self->story->str, ==, "1P1234P");

  const SfPicture *early = self->pictures->pdata[0];
  const SfPicture *whole = self->pictures->pdata[1];
  g_assert_true (g_str_has_suffix (early->infotext, ", Stopped after: 1"));
  g_assert_null (strstr (whole->infotext, "Stopped after"));
  g_autoptr (SfRequest) again = sf_request_new_from_infotext (early->infotext, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->steps, ==, self->request->steps);
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GError) error = NULL;

  self->cancel_after_step = TRUE;
  self->request->steps = 150;
  self->request->width = 256;
  self->request->height = 256;
  generate (self);
  g_main_loop_run (self->loop);

  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (self->pictures);
  g_test_message ("cancelled within %.3f s", self->cancel_seconds);
  g_assert_cmpfloat (self->cancel_seconds, <, CANCEL_SECONDS);

  /* The engine is as good as before. */
  self->request->steps = 1;
  self->request->width = SIZE;
  self->request->height = SIZE;
  after = sf_engine_generate (self->engine, self->request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (after->len, ==, 1);
}

static void
test_cancelled_before (Fixture *self, gconstpointer data)
{
  g_cancellable_cancel (self->cancellable);
  generate (self);
  g_main_loop_run (self->loop);

  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (self->story->str, ==, ".");
}

static void
note_first_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) pictures = sf_engine_generate_finish (SF_ENGINE (object), result, &error);

  g_assert_null (pictures);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_string_append_c (self->story, '!');
}

/* Requests wait their turn; one that fails does not hurt the next; who drops the engine still gets the answer. */
static void
test_turns (Fixture *self, gconstpointer data)
{
  g_autoptr (SfRequest) bad = sf_request_copy (self->request);

  bad->steps = 0;
  sf_engine_generate_async (self->engine, bad, NULL, NULL, NULL, note_first_cb, self);
  generate (self);
  g_clear_object (&self->engine);
  g_main_loop_run (self->loop);

  g_assert_no_error (self->error);
  g_assert_cmpstr (self->story->str, ==, "!LES1234DP.");
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  g_assert_true (sf_engine_load_finish (SF_ENGINE (object), result, &self->error));
  g_assert_no_error (self->error);
  g_main_loop_quit (self->loop);
}

static void
test_load (Fixture *self, gconstpointer data)
{
  g_autofree char *name = NULL;

  g_assert_null (sf_engine_dup_device_name (self->engine));
  sf_engine_load_async (self->engine, self->request->model, SF_PRECISION_F32, NULL, loaded_cb,
                        self);
  g_main_loop_run (self->loop);

  name = sf_engine_dup_device_name (self->engine);
  g_assert_nonnull (name);
}

static void
test_unknown_device (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) pictures = NULL;
  g_autoptr (GError) error = NULL;

  sf_engine_set_device (self->engine, "no device is called this");
  pictures = sf_engine_generate (self->engine, self->request, NULL, NULL, NULL, &error);
  g_assert_null (pictures);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "no device is called this"));
  g_clear_error (&error);

  sf_engine_set_device (self->engine, NULL);
  pictures = sf_engine_generate (self->engine, self->request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_devices (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices = sf_engine_list_devices (&error);

  g_assert_no_error (error);
  g_assert_cmpuint (devices->len, >, 0);
  for (guint i = 0; i < devices->len; i++)
    {
      const SfEngineDevice *device = devices->pdata[i];

      g_assert_cmpstr (device->name, !=, "");
      g_assert_cmpstr (device->driver, !=, "");
      g_assert_cmpuint (device->memory_bytes, >, 0);
    }
}

static void
test_inspect (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SfModelInfo) info = sf_engine_inspect (self->request->model, NULL, &error);
  g_autofree char *hash = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (info->family, ==, "SD 1.x");
  g_assert_cmpstr (info->prediction, ==, "epsilon");
  g_assert_cmpstr (info->precision, ==, "F32");
  g_assert_cmpuint (info->n_tensors, >, 900);
  g_assert_cmpuint (info->n_parameters, >, 40 * 1000 * 1000);

  hash = sf_engine_hash_model (self->request->model, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (hash), ==, 64);
}

static void
test_timesteps_for_the_batch (Fixture *self, gconstpointer data)
{
  const double timesteps[] = { 500, 20 };
  g_autoptr (SfArray) latent = sf_array (3, 4, 8, 8);
  g_autoptr (SfArray) context = sf_array (3, 77, 128);
  g_autoptr (SfArray) result = NULL;
  g_autoptr (GError) error = NULL;

  result = sf_engine_run_unet (self->engine, self->request->model, SF_PRECISION_F32, latent,
                               timesteps, 2, context, NULL, &error);
  g_assert_null (result);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  result = sf_engine_run_unet (self->engine, self->request->model, SF_PRECISION_F32, latent,
                               timesteps, 1, context, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (sf_array_has_shape (result, 4, latent->dims));
}

static void
test_bench (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray)
      parts = sf_engine_bench (self->engine, self->request->model, SF_PRECISION_F16, SIZE, SIZE,
                               "all", 1, TRUE, NULL, &error);
  g_autofree char *plan = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (parts->len, ==, 3);
  for (guint i = 0; i < parts->len; i++)
    {
      const SfBenchPart *part = parts->pdata[i];
      double flop = 0;

      for (guint j = 0; j < part->operations->len; j++)
        flop += ((SfOperationTiming *) part->operations->pdata[j])->flop;
      g_assert_cmpfloat (part->seconds, >, 0.0);
      g_assert_cmpfloat (part->flop, >, 1e6);
      g_assert_cmpfloat_with_epsilon (flop / part->flop, 1.0, 1e-6);
      g_assert_cmpuint (part->peak_device_bytes, >, 0);
    }

  g_assert_null (sf_engine_bench (self->engine, self->request->model, SF_PRECISION_F16, SIZE, SIZE,
                                  "wheel", 1, FALSE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  plan = sf_engine_dump_plan (self->engine, self->request->model, SF_PRECISION_F16, SIZE, SIZE,
                              "unet", &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (plan, "middle_block.1"));
}

int
main (int argc, char **argv)
{
  const struct
  {
    const char *name;
    void (*run) (Fixture *, gconstpointer);
  } tests[] = {
    { "/engine/events", test_events },
    { "/engine/vae-previews", test_vae_previews },
    { "/engine/finish-early", test_finish_early },
    { "/engine/cancel", test_cancel },
    { "/engine/cancelled-before", test_cancelled_before },
    { "/engine/turns", test_turns },
    { "/engine/load", test_load },
    { "/engine/unknown-device", test_unknown_device },
    { "/engine/devices", test_devices },
    { "/engine/inspect", test_inspect },
    { "/engine/timesteps-for-the-batch", test_timesteps_for_the_batch },
    { "/engine/bench", test_bench },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, fixture_set_up, tests[i].run, fixture_tear_down);

  return g_test_run ();
}
