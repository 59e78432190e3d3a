/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memory modes: the same picture in all of them, in just the bytes that were forecast, and what happens when there are
 * not enough. */

#include "engine/sf-engine-forecast.h"
#include "engine/sf-engine.h"

#include <string.h>

#define LIMIT "SFUMATO_MEMORY_LIMIT"
#define STEPS 3

typedef struct
{
  guint width;
  guint height;
  const char *prompt;
} Size;

/* The second has two passes of the UNet in a step, of different lengths. */
static const Size sizes[] = {
  { 64, 64, "a red apple" },
  { 128, 64,
    "a red apple, a red apple, a red apple, a red apple, a red apple, a red apple, a red apple, "
    "a red apple, a red apple, a red apple, a red apple, a red apple, a red apple, a red apple, "
    "a red apple, a red apple, a red apple, a red apple, a red apple, a red apple, a red apple" },
};

static SfRequest *
make_request (const Size *size)
{
  SfRequest *request = sf_request_new ();

  request->model = g_strdup (g_getenv ("SF_TINY_CHECKPOINT"));
  request->prompt = g_strdup (size->prompt);
  request->width = size->width;
  request->height = size->height;
  request->steps = STEPS;
  request->seed = 7;

  return request;
}

static SfPicture *
paint (SfEngine *engine, const SfRequest *request, SfEventFunc event, gpointer event_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray)
      pictures = sf_engine_generate (engine, request, event, event_data, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pictures->len, ==, 1);
  return sf_picture_ref (g_ptr_array_index (pictures, 0));
}

static SfPicture *
paint_normally (const Size *size)
{
  g_autoptr (SfEngine) engine = sf_engine_new (NULL);
  g_autoptr (SfRequest) request = make_request (size);

  return paint (engine, request, NULL, NULL);
}

static void
forecast (SfEngine *engine, const SfRequest *request, SfEngineForecast *result)
{
  g_autoptr (GError) error = NULL;

  sf_engine_forecast (engine, request, result, NULL, &error);
  g_assert_no_error (error);
}

/* Each mode takes just what was forecast, less than the one before, and gives the very same picture. */
static void
test_modes (gconstpointer data)
{
  const Size *size = data;
  g_autoptr (SfPicture) expected = paint_normally (size);
  guint64 before = G_MAXUINT64;

  for (guint mode = SF_MEMORY_NORMAL; mode <= SF_MEMORY_LOWEST; mode++)
    {
      g_autoptr (SfEngine) engine = sf_engine_new (NULL);
      g_autoptr (SfRequest) request = make_request (size);
      g_autoptr (SfPicture) picture = NULL;
      SfEngineForecast result;
      guint64 n_bytes;

      sf_engine_set_memory (engine, (SfMemoryMode) mode);
      forecast (engine, request, &result);
      n_bytes = result.weight_bytes + result.activation_bytes;
      g_test_message ("%s: %" G_GUINT64_FORMAT " KiB", sf_memory_mode_list ()[mode]->name,
                      n_bytes / 1024);
      g_assert_cmpint (result.memory, ==, mode);
      g_assert_cmpuint (n_bytes, <, before);
      before = n_bytes;

      picture = paint (engine, request, NULL, NULL);
      g_assert_cmpuint (sf_engine_get_peak_device_bytes (engine), ==, n_bytes);
      g_assert_true (g_bytes_equal (picture->rgb, expected->rgb));
    }
}

static void
test_strips (void)
{
  g_autoptr (SfEngine) engine = sf_engine_new (NULL);
  g_autoptr (SfRequest) request = make_request (&sizes[0]);
  g_autoptr (SfPicture) picture = NULL;
  SfEngineForecast result;

  request->vae_tiling = SF_SWITCH_ON;
  forecast (engine, request, &result);
  g_assert_true (result.tiled);
  picture = paint (engine, request, NULL, NULL);
  g_assert_cmpuint (sf_engine_get_peak_device_bytes (engine), ==,
                    result.weight_bytes + result.activation_bytes);
}

/* What the device has room for decides, and all of it is used. */
static void
test_automatic (void)
{
  const Size *size = &sizes[0];
  g_autoptr (SfRequest) request = make_request (size);
  g_autoptr (SfPicture) expected = paint_normally (size);
  g_autoptr (SfEngine) engine = sf_engine_new (NULL);
  g_autoptr (SfPicture) picture = NULL;
  g_autofree char *limit = NULL;
  SfEngineForecast whole, less;
  guint64 n_bytes;

  forecast (engine, request, &whole);
  g_assert_cmpint (whole.memory, ==, SF_MEMORY_NORMAL);
  n_bytes = (whole.weight_bytes + whole.activation_bytes) * 2 / 3;
  limit = g_strdup_printf ("%" G_GUINT64_FORMAT, n_bytes);
  g_setenv (LIMIT, limit, TRUE);
  forecast (engine, request, &less);
  picture = paint (engine, request, NULL, NULL);
  g_unsetenv (LIMIT);

  g_assert_cmpint (less.memory, ==, SF_MEMORY_LOW);
  g_assert_cmpuint (less.available_bytes, ==, n_bytes);
  g_assert_cmpuint (less.weight_bytes + less.activation_bytes, <=, n_bytes);
  g_assert_cmpuint (sf_engine_get_peak_device_bytes (engine), ==,
                    less.weight_bytes + less.activation_bytes);
  g_assert_true (g_bytes_equal (picture->rgb, expected->rgb));
}

/* Takes memory away when something has happened. */
typedef struct
{
  SfEventKind kind;
  SfStage stage;
  guint step;
  guint64 limit;
  guint n_steps;
  GString *notices;
} Thief;

static void
event_cb (const SfEvent *event, gpointer user_data)
{
  Thief *thief = user_data;

  if (event->kind == SF_EVENT_NOTICE)
    g_string_append_printf (thief->notices, "%s\n", event->notice);
  if (event->kind == SF_EVENT_STEP)
    g_assert_cmpuint (event->step, ==, ++thief->n_steps);
  if (event->kind == thief->kind && event->stage == thief->stage && event->step == thief->step)
    {
      g_autofree char *limit = g_strdup_printf ("%" G_GUINT64_FORMAT, thief->limit);

      g_setenv (LIMIT, limit, TRUE);
    }
}

/* Memory runs out in the middle of a step, and between the stages: no step is lost, and the picture is the same. */
static void
test_running_out (void)
{
  const Size *size = &sizes[0];
  const Thief cases[] = {
    { .kind = SF_EVENT_STAGE, .stage = SF_STAGE_LOADING },
    { .kind = SF_EVENT_STAGE, .stage = SF_STAGE_ENCODING },
    { .kind = SF_EVENT_STEP, .stage = SF_STAGE_SAMPLING, .step = 2 },
    { .kind = SF_EVENT_STAGE, .stage = SF_STAGE_DECODING, .step = STEPS },
  };
  g_autoptr (SfRequest) request = make_request (size);
  g_autoptr (SfPicture) expected = paint_normally (size);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint mode = SF_MEMORY_NORMAL; mode < SF_MEMORY_LOWEST; mode++)
      {
        g_autoptr (SfEngine) engine = sf_engine_new (NULL);
        g_autoptr (GString) notices = g_string_new (NULL);
        g_autoptr (SfPicture) picture = NULL;
        SfEngineForecast lowest;
        Thief thief = cases[i];

        sf_engine_set_memory (engine, SF_MEMORY_LOWEST);
        forecast (engine, request, &lowest);
        thief.limit = lowest.weight_bytes + lowest.activation_bytes;
        thief.notices = notices;
        sf_engine_set_memory (engine, (SfMemoryMode) mode);
        picture = paint (engine, request, event_cb, &thief);
        g_unsetenv (LIMIT);

        g_test_message ("%u, %s: %s", i, sf_memory_mode_list ()[mode]->name, notices->str);
        /* What is planned as low may take no more than the lowest at that moment. */
        if (mode == SF_MEMORY_NORMAL)
          g_assert_nonnull (strstr (notices->str, "memory ran out"));
        g_assert_cmpuint (thief.n_steps, ==, STEPS);
        g_assert_true (g_bytes_equal (picture->rgb, expected->rgb));
      }
}

/* Less than the lowest mode takes: a sentence, and the engine is as good as new. */
static void
test_too_little (void)
{
  g_autoptr (SfEngine) engine = sf_engine_new (NULL);
  g_autoptr (SfRequest) request = make_request (&sizes[0]);
  g_autoptr (GError) error = NULL;
  g_autoptr (SfPicture) picture = NULL;

  g_setenv (LIMIT, "64K", TRUE);
  g_assert_null (sf_engine_generate (engine, request, NULL, NULL, NULL, &error));
  g_unsetenv (LIMIT);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, "not enough memory for 64×64, "));

  picture = paint (engine, request, NULL, NULL);
  g_assert_nonnull (picture);
}

static void
test_wrong_limit (void)
{
  static const char *const texts[] = { "much", "-1", "12X", "12MB", "99999999999G" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (SfEngine) engine = sf_engine_new (NULL);
      g_autoptr (SfRequest) request = make_request (&sizes[0]);
      g_autoptr (GError) error = NULL;
      SfEngineForecast result;

      g_setenv (LIMIT, texts[i], TRUE);
      g_assert_false (sf_engine_forecast (engine, request, &result, NULL, &error));
      g_unsetenv (LIMIT);
      g_assert_nonnull (strstr (error->message, texts[i]));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/memory/modes/one-pass", &sizes[0], test_modes);
  g_test_add_data_func ("/memory/modes/two-passes", &sizes[1], test_modes);
  g_test_add_func ("/memory/strips", test_strips);
  g_test_add_func ("/memory/automatic", test_automatic);
  g_test_add_func ("/memory/running-out", test_running_out);
  g_test_add_func ("/memory/too-little", test_too_little);
  g_test_add_func ("/memory/wrong-limit", test_wrong_limit);
  return g_test_run ();
}
