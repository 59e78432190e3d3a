/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-shader-scale.h"
#include "sf-shader-spin.h"

#include "vk/sf-recording.h"

#include <glib/gstdio.h>
#include <string.h>

#define COUNT 5000
#define GROUPS_OF(count) (((count) + 63) / 64)

static SfDevice *
open_device (void)
{
  g_autoptr (GError) error = NULL;
  SfDevice *device = sf_device_open (NULL, &error);
  g_assert_no_error (error);
  return device;
}

static void
assert_silent (SfDevice *device)
{
  g_assert_cmpuint (sf_device_get_validation_messages (device), ==, 0);
}

static SfRange
new_range (SfDevice *device, guint64 n_bytes)
{
  g_autoptr (GError) error = NULL;
  SfRange range = { sf_buffer_new (device, n_bytes, "a test", &error), 0, n_bytes };
  g_assert_no_error (error);
  return range;
}

static void
upload (const SfRange *range, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  sf_range_upload (range, data, range->n_bytes, &error);
  g_assert_no_error (error);
}

static void
download (const SfRange *range, gpointer data)
{
  g_autoptr (GError) error = NULL;
  sf_range_download (range, data, range->n_bytes, &error);
  g_assert_no_error (error);
}

static SfPipeline *
get_pipeline (SfDevice *device, const SfShader *shader, guint32 constant)
{
  g_autoptr (GError) error = NULL;
  SfPipeline *pipeline = sf_pipeline_get (device, shader, &constant, shader->n_constants, &error);
  g_assert_no_error (error);
  return pipeline;
}

static SfRecording *
new_recording (SfDevice *device)
{
  g_autoptr (GError) error = NULL;
  SfRecording *recording = sf_recording_new (device, "a test run", &error);
  g_assert_no_error (error);
  return recording;
}

static void
run (SfRecording *recording)
{
  g_autoptr (GError) error = NULL;
  sf_recording_run (recording, NULL, &error);
  g_assert_no_error (error);
}

/* y = x · factor + addend on as many floats as @y has. */
static void
add_scale (SfDevice *device, SfRecording *recording, const SfShader *shader, SfRange x, SfRange y,
           float factor, guint32 addend)
{
  g_autoptr (GError) error = NULL;
  guint32 count = y.n_bytes / sizeof (float);
  SfScalePush push = { .count = count, .factor = factor };
  SfDispatch dispatch = {
    .label = "scale",
    .pipeline = get_pipeline (device, shader, addend),
    .bindings = { [SF_SCALE_BINDING_X] = x, [SF_SCALE_BINDING_Y] = y },
    .push = &push,
    .groups = { GROUPS_OF (count), 1, 1 },
    .flop = 2.0 * count,
    .bytes = 8.0 * count,
  };
  sf_recording_dispatch (recording, &dispatch, &error);
  g_assert_no_error (error);
}

static float *
new_ramp (guint count)
{
  float *values = g_new (float, count);
  for (guint i = 0; i < count; i++)
    values[i] = i % 1000;
  return values;
}

static void
test_scale (gconstpointer data)
{
  const SfShader *shader = data;
  g_autoptr (SfDevice) device = open_device ();
  g_autofree float *values = new_ramp (COUNT);
  SfRange x = new_range (device, COUNT * sizeof (float));
  SfRange y = new_range (device, COUNT * sizeof (float));

  upload (&x, values);
  {
    g_autoptr (SfRecording) recording = new_recording (device);
    add_scale (device, recording, shader, x, y, 0.5f, 3);
    run (recording);
  }
  float result[COUNT];
  download (&y, result);
  for (guint i = 0; i < COUNT; i++)
    g_assert_cmpfloat (result[i], ==, values[i] * 0.5f + 3);

  sf_buffer_unref (x.buffer);
  sf_buffer_unref (y.buffer);
  assert_silent (device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/vk/scale/storage", &sf_shader_scale, test_scale);
  g_test_add_data_func ("/vk/scale/texel", &sf_shader_scale_texel, test_scale);
  return g_test_run ();
}
