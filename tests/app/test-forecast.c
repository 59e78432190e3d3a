/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-forecast.h"
#include "sf-progress.h"

#define SECOND G_USEC_PER_SEC

static SfRequest *
make_request (guint steps, guint width, double guidance)
{
  SfRequest *request = sf_request_new ();

  request->steps = steps;
  request->width = width;
  request->height = 64;
  request->guidance = guidance;
  return request;
}

/* A picture of 10 steps in 20 seconds and a decoding of 2. */
static void
observe_run (SfForecast *forecast, const SfRequest *request)
{
  gint64 now = 1000 * SECOND;
  SfEvent event = { .kind = SF_EVENT_STAGE, .stage = SF_STAGE_SAMPLING, .steps = 10 };

  sf_forecast_observe (forecast, request, &event, now);
  event.kind = SF_EVENT_STEP;
  for (event.step = 1; event.step <= 10; event.step++)
    sf_forecast_observe (forecast, request, &event, now + 2 * SECOND * event.step);
  now += 20 * SECOND;
  event.kind = SF_EVENT_STAGE;
  event.stage = SF_STAGE_DECODING;
  sf_forecast_observe (forecast, request, &event, now);
  event.kind = SF_EVENT_PICTURE;
  sf_forecast_observe (forecast, request, &event, now + 2 * SECOND);
}

static void
test_measured (void)
{
  SfForecast forecast = { 0 };
  g_autoptr (SfRequest) measured = make_request (10, 64, 7.5);
  g_autoptr (SfRequest) wide = make_request (20, 128, 7.5);
  g_autoptr (SfRequest) unguided = make_request (10, 64, 1);
  g_autoptr (SfRequest) several = make_request (10, 64, 7.5);

  several->count = 3;
  g_assert_cmpfloat (sf_forecast_seconds (&forecast, measured), <, 0);
  observe_run (&forecast, measured);
  g_assert_cmpfloat_with_epsilon (sf_forecast_seconds (&forecast, measured), 22, 1e-6);
  g_assert_cmpfloat_with_epsilon (sf_forecast_seconds (&forecast, wide), 84, 1e-6);
  g_assert_cmpfloat_with_epsilon (sf_forecast_seconds (&forecast, unguided), 12, 1e-6);
  g_assert_cmpfloat_with_epsilon (sf_forecast_seconds (&forecast, several), 66, 1e-6);
  sf_forecast_clear (&forecast);
}

static void
test_other_model (void)
{
  SfForecast forecast = { 0 };
  g_autoptr (SfRequest) starter = make_request (10, 64, 7.5);
  g_autoptr (SfRequest) other = make_request (10, 64, 7.5);

  other->model = g_strdup ("/models/other.safetensors");
  observe_run (&forecast, starter);
  g_assert_cmpfloat (sf_forecast_seconds (&forecast, other), <, 0);
  observe_run (&forecast, other);
  g_assert_cmpfloat (sf_forecast_seconds (&forecast, other), >, 0);
  g_assert_cmpfloat (sf_forecast_seconds (&forecast, starter), <, 0);
  sf_forecast_clear (&forecast);
}

static void
test_words (void)
{
  static const struct
  {
    double seconds;
    const char *words;
  } cases[] = {
    { 0.2, "about 1 s" },   { 3.2, "about 4 s" },     { 89, "about 89 s" },
    { 100, "about 2 min" }, { 5390, "about 90 min" }, { 7200, "about 2 h" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = sf_forecast_describe (cases[i].seconds);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_progress (void)
{
  SfProgress progress = { .stage = SF_STAGE_LOADING, .picture_count = 1, .seconds_left = -1 };
  SfEvent event = { .kind = SF_EVENT_STEP,
                    .stage = SF_STAGE_SAMPLING,
                    .picture_index = 1,
                    .picture_count = 3,
                    .step = 5,
                    .steps = 20,
                    .seconds_left = 7 };
  g_autofree char *loading = sf_progress_describe (&progress);

  g_assert_cmpstr (loading, ==, "Preparing the model…");
  g_assert_cmpfloat (sf_progress_get_fraction (&progress), ==, 0);

  sf_progress_take_event (&progress, &event);
  g_autofree char *sampling = sf_progress_describe (&progress);
  g_assert_cmpstr (sampling, ==, "Picture 2 of 3 · Step 6 of 20 · about 7 s left");
  g_assert_cmpfloat (sf_progress_get_fraction (&progress), ==, 0.25);

  /* The last step is done, decoding has not begun. */
  progress.step = 20;
  progress.picture_count = 1;
  progress.seconds_left = -1;
  g_autofree char *last = sf_progress_describe (&progress);
  g_assert_cmpstr (last, ==, "Step 20 of 20");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/forecast/measured", test_measured);
  g_test_add_func ("/forecast/other-model", test_other_model);
  g_test_add_func ("/forecast/words", test_words);
  g_test_add_func ("/progress/words", test_progress);
  return g_test_run ();
}
