/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk-fixture.h"

#include "sf-shader-scale.h"
#include "sf-shader-spin.h"

#define SCALE_WORKGROUP 64
#define SPIN_WORKGROUP 16

SfDevice *
vk_open (void)
{
  g_autoptr (GError) error = NULL;
  SfDevice *device = sf_device_open (NULL, &error);
  g_assert_no_error (error);
  return device;
}

void
vk_close (SfDevice *device)
{
  g_assert_cmpuint (sf_device_get_bytes (device), ==, 0);
  g_assert_cmpuint (sf_device_get_validation_messages (device), ==, 0);
  sf_device_unref (device);
}

SfRange
vk_new_range (SfDevice *device, guint64 n_bytes)
{
  g_autoptr (GError) error = NULL;
  SfRange range = { sf_buffer_new (device, n_bytes, "a test", &error), 0, n_bytes };
  g_assert_no_error (error);
  return range;
}

void
vk_free_range (SfRange *range)
{
  g_clear_pointer (&range->buffer, sf_buffer_unref);
}

SfRange
vk_floats (SfRange range, guint64 first, guint64 count)
{
  return (SfRange){ range.buffer, range.offset + first * sizeof (float), count * sizeof (float) };
}

void
vk_upload (const SfRange *range, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  sf_range_upload (range, data, range->n_bytes, &error);
  g_assert_no_error (error);
}

void
vk_download (const SfRange *range, gpointer data)
{
  g_autoptr (GError) error = NULL;
  sf_range_download (range, data, range->n_bytes, &error);
  g_assert_no_error (error);
}

float *
vk_new_ramp (guint count)
{
  float *values = g_new (float, count);
  for (guint i = 0; i < count; i++)
    values[i] = i % 1000;
  return values;
}

SfRecording *
vk_new_recording (SfDevice *device)
{
  g_autoptr (GError) error = NULL;
  SfRecording *recording = sf_recording_new (device, "a test run", &error);
  g_assert_no_error (error);
  return recording;
}

void
vk_run (SfRecording *recording)
{
  g_autoptr (GError) error = NULL;
  sf_recording_run (recording, NULL, &error);
  g_assert_no_error (error);
}

static SfPipeline *
get_pipeline (SfDevice *device, const SfShader *shader, const guint32 *constants)
{
  g_autoptr (GError) error = NULL;
  SfPipeline *pipeline = sf_pipeline_get (device, shader, constants, shader->n_constants, &error);
  g_assert_no_error (error);
  return pipeline;
}

static void
add (SfRecording *recording, const SfDispatch *dispatch)
{
  g_autoptr (GError) error = NULL;
  sf_recording_dispatch (recording, dispatch, &error);
  g_assert_no_error (error);
}

void
vk_add_scale (SfDevice *device, SfRecording *recording, const SfShader *shader, SfRange x,
              SfRange y, float factor, guint32 addend)
{
  guint32 count = y.n_bytes / sizeof (float);
  SfScalePush push = { .count = count, .factor = factor };
  guint32 constants[] = { [SF_SCALE_CONSTANT_ADDEND] = addend };
  SfDispatch dispatch = {
    .label = "scale",
    .pipeline = get_pipeline (device, shader, constants),
    .bindings = { [SF_SCALE_BINDING_X] = x, [SF_SCALE_BINDING_Y] = y },
    .push = &push,
    .groups = { (count + SCALE_WORKGROUP - 1) / SCALE_WORKGROUP, 1, 1 },
    .flop = 2.0 * count,
    .bytes = 8.0 * count,
  };
  add (recording, &dispatch);
}

void
vk_add_spin (SfDevice *device, SfRecording *recording, SfRange result, guint rounds, guint columns,
             guint rows, double flop_factor)
{
  SfSpinPush push = { .rounds = rounds, .columns = columns };
  SfDispatch dispatch = {
    .label = "spin",
    .pipeline = get_pipeline (device, &sf_shader_spin, NULL),
    .bindings = { [SF_SPIN_BINDING_RESULT] = result },
    .push = &push,
    .groups = { columns, rows, 1 },
    .flop = 2.0 * SPIN_WORKGROUP * rounds * columns * rows * flop_factor,
    .bytes = 4.0 * SPIN_WORKGROUP * columns * rows,
  };
  add (recording, &dispatch);
}

void
vk_assert_spun (const SfRange *result, guint rounds, guint columns, guint rows)
{
  g_autofree guint32 *words = g_malloc (result->n_bytes);
  vk_download (result, words);
  for (guint32 group = 0; group < columns * rows; group++)
    {
      guint32 value = group;
      for (guint i = 0; i < rounds; i++)
        value = value * 1664525u + 1013904223u;
      for (guint lane = 0; lane < SPIN_WORKGROUP; lane++)
        g_assert_cmpuint (words[group * SPIN_WORKGROUP + lane], ==, value);
    }
}
