/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk-fixture.h"

#include "vk/sf-hazards.h"
#include "vk/sf-pace.h"

#include "sf-shader-scale.h"

#define COUNT 5000

static void
test_scale (gconstpointer data)
{
  const SfShader *shader = data;
  SfDevice *device = vk_open ();
  g_autofree float *values = vk_new_ramp (COUNT);
  g_autofree float *result = g_new (float, COUNT);
  SfRange x = vk_new_range (device, COUNT * sizeof (float));
  SfRange y = vk_new_range (device, COUNT * sizeof (float));

  vk_upload (&x, values);
  for (guint32 addend = 0; addend < 3; addend++)
    {
      g_autoptr (SfRecording) recording = vk_new_recording (device);
      vk_add_scale (device, recording, shader, x, y, 0.5f, addend);
      vk_run (recording);
      vk_download (&y, result);
      for (guint i = 0; i < COUNT; i++)
        g_assert_cmpfloat (result[i], ==, values[i] * 0.5f + addend);
    }
  vk_free_range (&x);
  vk_free_range (&y);
  vk_close (device);
}

static void
test_empty (void)
{
  SfDevice *device = vk_open ();
  {
    g_autoptr (SfRecording) recording = vk_new_recording (device);
    vk_run (recording);
    g_assert_cmpuint (sf_recording_get_n_submissions (recording), ==, 0);
  }
  vk_close (device);
}

/* A hundred dispatches, each of which needs the one before. */
static void
test_chain (gconstpointer data)
{
  const SfShader *shader = data;
  SfDevice *device = vk_open ();
  g_autofree float *values = vk_new_ramp (COUNT);
  g_autofree float *result = g_new (float, COUNT);
  SfRange ranges[2] = { vk_new_range (device, COUNT * sizeof (float)),
                        vk_new_range (device, COUNT * sizeof (float)) };

  vk_upload (&ranges[0], values);
  {
    g_autoptr (SfRecording) recording = vk_new_recording (device);
    for (guint i = 0; i < 100; i++)
      vk_add_scale (device, recording, shader, ranges[i % 2], ranges[(i + 1) % 2], 1, 1);
    vk_run (recording);
  }
  vk_download (&ranges[0], result);
  for (guint i = 0; i < COUNT; i++)
    g_assert_cmpfloat (result[i], ==, values[i] + 100);

  vk_free_range (&ranges[0]);
  vk_free_range (&ranges[1]);
  vk_close (device);
}

/* In place, into a part of what was just written, and over what was just read. */
static void
test_overlap (void)
{
  const guint count = 1024;
  SfDevice *device = vk_open ();
  g_autofree float *values = vk_new_ramp (4 * count);
  g_autofree float *result = g_new (float, 4 * count);
  SfRange all = vk_new_range (device, 4 * count * sizeof (float));

  vk_upload (&all, values);
  {
    g_autoptr (SfRecording) recording = vk_new_recording (device);
    SfRange first = vk_floats (all, 0, 2 * count);
    SfRange middle = vk_floats (all, count, 2 * count);
    SfRange last = vk_floats (all, 3 * count, count);
    SfRange head = vk_floats (all, 0, count);
    SfRange third = vk_floats (all, 2 * count, count);
    vk_add_scale (device, recording, &sf_shader_scale, first, first, 2, 0);
    vk_add_scale (device, recording, &sf_shader_scale, middle, middle, 1, 1);
    vk_add_scale (device, recording, &sf_shader_scale, middle, last, 1, 0);
    vk_add_scale (device, recording, &sf_shader_scale, head, third, 3, 0);
    vk_run (recording);
  }
  vk_download (&all, result);
  for (guint i = 0; i < count; i++)
    {
      float second = values[count + i] * 2 + 1;
      g_assert_cmpfloat (result[i], ==, values[i] * 2);
      g_assert_cmpfloat (result[count + i], ==, second);
      g_assert_cmpfloat (result[2 * count + i], ==, values[i] * 2 * 3);
      g_assert_cmpfloat (result[3 * count + i], ==, second);
    }
  vk_free_range (&all);
  vk_close (device);
}

static void
test_hazards (void)
{
  g_autoptr (SfHazards) hazards = sf_hazards_new ();
  SfBuffer *one = GINT_TO_POINTER (1);
  SfBuffer *other = GINT_TO_POINTER (2);
  const gboolean copies[] = { FALSE, TRUE };
  const SfRange a_to_b[] = { { one, 0, 256 }, { one, 256, 256 } };
  const SfRange a_to_c[] = { { one, 0, 256 }, { one, 512, 256 } };
  const SfRange b_to_d[] = { { one, 511, 1 }, { one, 768, 256 } };
  const SfRange elsewhere[] = { { other, 256, 256 }, { other, 0, 1024 } };
  const SfRange e_to_b[] = { { one, 2048, 256 }, { one, 511, 4 } };

  g_assert_false (sf_hazards_add (hazards, a_to_b, copies, 2));
  g_assert_false (sf_hazards_add (hazards, a_to_c, copies, 2));
  g_assert_false (sf_hazards_add (hazards, elsewhere, copies, 2));
  g_assert_true (sf_hazards_add (hazards, b_to_d, copies, 2)); /* read after write */
  g_assert_false (sf_hazards_add (hazards, a_to_c, copies, 2));
  g_assert_true (sf_hazards_add (hazards, e_to_b, copies, 2)); /* write after read */
  g_assert_true (sf_hazards_add (hazards, e_to_b, copies, 2)); /* write after write */
  sf_hazards_clear (hazards);
  g_assert_false (sf_hazards_add (hazards, e_to_b, copies, 2));
}

static void
test_pace (void)
{
  SfPace pace;
  double slowness = 0;
  double truth = 40;

  sf_pace_init (&pace, SF_DEVICE_CPU);
  double guess = sf_pace_estimate (&pace, 1, 1e9, 0);
  g_assert_cmpfloat (sf_pace_estimate (&pace, 1, 1e9, 1e12), >, guess);
  for (guint i = 0; i < 3; i++)
    {
      double expected = sf_pace_get_slowness (&pace, slowness);
      slowness = sf_pace_learn (&pace, slowness, expected, 1, truth / expected);
    }
  g_assert_cmpfloat_with_epsilon (slowness, truth, 1e-9);

  /* Pipelines that were not measured profit from those that were. */
  g_assert_cmpfloat (sf_pace_get_slowness (&pace, 0), >, 2);
  g_assert_cmpfloat (sf_pace_get_slowness (&pace, 0), <, truth);

  /* Work that was cut before the last measurement does not correct twice. */
  g_assert_cmpfloat_with_epsilon (sf_pace_learn (&pace, slowness, 10, 1, truth / 10), truth, 1e-9);
  /* A small share says little. */
  g_assert_cmpfloat_with_epsilon (sf_pace_learn (&pace, slowness, slowness, 0.01, 2), truth,
                                  truth * 0.01);
}

/* Minutes of declared work in no time, cut along the first and the second dimension. */
static void
test_split (void)
{
  const guint rounds = 20;
  const guint grids[][2] = { { 3001, 3 }, { 7, 2003 } };

  for (guint i = 0; i < G_N_ELEMENTS (grids); i++)
    {
      SfDevice *device = vk_open ();
      guint n_groups = grids[i][0] * grids[i][1];
      SfRange result = vk_new_range (device, n_groups * 16 * sizeof (guint32));
      g_autoptr (SfRecording) recording = vk_new_recording (device);
      vk_add_spin (device, recording, result, rounds, grids[i][0], grids[i][1],
                   1e13 / (32.0 * rounds * n_groups));
      vk_run (recording);
      g_assert_cmpuint (sf_recording_get_n_submissions (recording), >, 3);
      vk_assert_spun (&result, rounds, grids[i][0], grids[i][1]);
      g_clear_pointer (&recording, sf_recording_free);
      vk_free_range (&result);
      vk_close (device);
    }
}

/* The same commands again, with other operands; what was declared far too long is cut anew. */
static void
test_replay (void)
{
  SfDevice *device = vk_open ();
  g_autofree float *values = vk_new_ramp (COUNT);
  g_autofree float *result = g_new (float, COUNT);
  SfRange x = vk_new_range (device, COUNT * sizeof (float));
  SfRange y = vk_new_range (device, COUNT * sizeof (float));
  SfRange spun = vk_new_range (device, 1000 * 16 * sizeof (guint32));
  g_autoptr (SfRecording) recording = vk_new_recording (device);
  guint n_first = 0;

  vk_add_scale (device, recording, &sf_shader_scale, x, y, 2, 0);
  vk_add_spin (device, recording, spun, 10, 1000, 1, 1e7);
  vk_add_scale (device, recording, &sf_shader_scale, y, x, 1, 1);
  for (guint step = 0; step < 6; step++)
    {
      vk_upload (&x, values);
      vk_run (recording);
      vk_download (&x, result);
      for (guint i = 0; i < COUNT; i++)
        g_assert_cmpfloat (result[i], ==, values[i] * 2 + 1);
      for (guint i = 0; i < COUNT; i++)
        values[i] = (guint) result[i] % 1000;
      if (step == 0)
        n_first = sf_recording_get_n_submissions (recording);
    }
  vk_assert_spun (&spun, 10, 1000, 1);
  g_assert_cmpuint (n_first, >, 3);
  g_assert_cmpuint (sf_recording_get_n_submissions (recording), <, n_first);

  g_clear_pointer (&recording, sf_recording_free);
  vk_free_range (&x);
  vk_free_range (&y);
  vk_free_range (&spun);
  vk_close (device);
}

static gpointer
cancel_thread (gpointer data)
{
  g_usleep (G_USEC_PER_SEC / 5);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel (void)
{
  const guint rounds = 1000000;
  SfDevice *device = vk_open ();
  SfRange result = vk_new_range (device, 1000 * 16 * sizeof (guint32));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SfRecording) recording = vk_new_recording (device);

  /* At 10 GFLOP/s three seconds each. */
  for (guint i = 0; i < 100; i++)
    vk_add_spin (device, recording, result, rounds, 1000, 1, 1);

  gint64 start = g_get_monotonic_time ();
  g_autoptr (GThread) thread = g_thread_new ("cancel", cancel_thread, cancellable);
  g_assert_false (sf_recording_run (recording, cancellable, &error));
  double seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  g_thread_join (g_steal_pointer (&thread));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_test_message ("cancelled after 0.2 s, back after %.2f s", seconds);
  g_assert_cmpfloat (seconds, <, 5);

  g_clear_error (&error);
  g_assert_false (sf_recording_run (recording, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  g_clear_pointer (&recording, sf_recording_free);
  vk_free_range (&result);
  vk_close (device);
}

static void
test_timed (void)
{
  const guint rounds = 2000;
  SfDevice *device = vk_open ();
  SfRange small = vk_new_range (device, 10 * 16 * sizeof (guint32));
  SfRange large = vk_new_range (device, 1000 * 16 * sizeof (guint32));
  g_autoptr (GError) error = NULL;
  g_autoptr (SfRecording) recording = vk_new_recording (device);

  vk_add_spin (device, recording, small, rounds, 10, 1, 1);
  vk_add_spin (device, recording, large, rounds, 1000, 1, 100);
  g_assert_cmpfloat (sf_recording_get_flop (recording), ==, 32.0 * rounds * (10 + 100 * 1000));
  vk_run (recording);

  gint64 start = g_get_monotonic_time ();
  g_autoptr (GPtrArray) timings = sf_recording_run_timed (recording, NULL, &error);
  double seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  g_assert_no_error (error);
  g_assert_cmpuint (timings->len, ==, 2);
  const SfDispatchTiming *rows[] = { timings->pdata[0], timings->pdata[1] };
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpstr (rows[i]->label, ==, "spin");
      g_assert_cmpstr (rows[i]->shader, ==, "spin");
      g_assert_cmpfloat (rows[i]->seconds, >, 0);
    }
  g_assert_cmpfloat (rows[1]->seconds, >, rows[0]->seconds);
  g_assert_cmpfloat (rows[0]->seconds + rows[1]->seconds, <=, seconds);
  vk_assert_spun (&small, rounds, 10, 1);
  vk_assert_spun (&large, rounds, 1000, 1);

  g_clear_pointer (&recording, sf_recording_free);
  vk_free_range (&small);
  vk_free_range (&large);
  vk_close (device);
}

static void
test_large_grid (void)
{
  SfDevice *device = vk_open ();
  SfRange x = vk_new_range (device, 256);
  g_autoptr (GError) error = NULL;
  g_autoptr (SfRecording) recording = vk_new_recording (device);
  guint32 constants[] = { 0 };
  SfScalePush push = { 0 };
  SfDispatch dispatch = {
    .label = "too wide",
    .pipeline = sf_pipeline_get (device, &sf_shader_scale, constants, 1, &error),
    .bindings = { x, x },
    .push = &push,
    .groups = { 1, G_MAXUINT, 1 },
  };
  g_assert_no_error (error);
  g_assert_false (sf_recording_dispatch (recording, &dispatch, &error));
  g_assert_error (error, SF_VK_ERROR, SF_VK_ERROR_UNSUITABLE);
  g_assert_true (
      g_str_has_prefix (error->message, "too wide: scale needs 4294967295 workgroups along y"));

  g_clear_pointer (&recording, sf_recording_free);
  vk_free_range (&x);
  vk_close (device);
}

/* A little more than the device can bind at once. */
static void
test_long_range (gconstpointer data)
{
  const SfShader *shader = data;
  SfDevice *device = vk_open ();
  const SfDeviceInfo *info = sf_device_get_info (device);
  guint64 n_bytes = shader->bindings[SF_SCALE_BINDING_X] == SF_BINDING_STORAGE
                        ? info->max_storage_range_bytes + 1
                        : info->max_texel_elements * 16 + 1;

  if (n_bytes > 256 << 20)
    {
      g_test_skip ("the device binds more than there should be memory for");
    }
  else
    {
      SfRange x = vk_new_range (device, n_bytes);
      g_autoptr (GError) error = NULL;
      g_autoptr (SfRecording) recording = vk_new_recording (device);
      guint32 constants[] = { 0 };
      SfScalePush push = { 0 };
      SfDispatch dispatch = {
        .label = "too long",
        .pipeline = sf_pipeline_get (device, shader, constants, 1, &error),
        .bindings = { x, vk_floats (x, 0, 64) },
        .push = &push,
        .groups = { 1, 1, 1 },
      };
      g_assert_no_error (error);
      g_assert_false (sf_recording_dispatch (recording, &dispatch, &error));
      g_assert_error (error, SF_VK_ERROR, SF_VK_ERROR_UNSUITABLE);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, "too long: "));
      g_clear_pointer (&recording, sf_recording_free);
      vk_free_range (&x);
    }
  vk_close (device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/vk/recording/scale/storage", &sf_shader_scale, test_scale);
  g_test_add_data_func ("/vk/recording/scale/texel", &sf_shader_scale_texel, test_scale);
  g_test_add_func ("/vk/recording/empty", test_empty);
  g_test_add_data_func ("/vk/recording/chain/storage", &sf_shader_scale, test_chain);
  g_test_add_data_func ("/vk/recording/chain/texel", &sf_shader_scale_texel, test_chain);
  g_test_add_func ("/vk/recording/overlap", test_overlap);
  g_test_add_func ("/vk/recording/hazards", test_hazards);
  g_test_add_func ("/vk/recording/pace", test_pace);
  g_test_add_func ("/vk/recording/split", test_split);
  g_test_add_func ("/vk/recording/replay", test_replay);
  g_test_add_func ("/vk/recording/cancel", test_cancel);
  g_test_add_func ("/vk/recording/timed", test_timed);
  g_test_add_func ("/vk/recording/large-grid", test_large_grid);
  g_test_add_data_func ("/vk/recording/long-range/storage", &sf_shader_scale, test_long_range);
  g_test_add_data_func ("/vk/recording/long-range/texel", &sf_shader_scale_texel, test_long_range);
  return g_test_run ();
}
