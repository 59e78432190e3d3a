/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-pixels.h"
#include "engine/sf-request.h"

#include "samplers/sf-schedule.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

static void
assert_invalid (const SfRequest *request, const char *what)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sf_request_validate (request, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, what));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_defaults_are_valid (void)
{
  g_autoptr (SfRequest) request = sf_request_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (sf_request_validate (request, &error));
  g_assert_no_error (error);
}

#define ASSERT_INVALID(what, field, value)             \
  G_STMT_START                                         \
  {                                                    \
    g_autoptr (SfRequest) request = sf_request_new (); \
    request->field = value;                            \
    assert_invalid (request, what);                    \
  }                                                    \
  G_STMT_END

static void
test_ranges (void)
{
  ASSERT_INVALID ("width 100", width, 100);
  ASSERT_INVALID ("width 8200", width, 8200);
  ASSERT_INVALID ("height 4", height, 4);
  ASSERT_INVALID ("steps 0", steps, 0);
  ASSERT_INVALID ("steps 151", steps, 151);
  ASSERT_INVALID ("guidance -1", guidance, -1);
  ASSERT_INVALID ("guidance nan", guidance, NAN);
  ASSERT_INVALID ("guidance inf", guidance, INFINITY);
  ASSERT_INVALID ("pictures 0", count, 0);
  ASSERT_INVALID ("seed 9223372036854775808", seed, (guint64) G_MAXINT64 + 1);
  ASSERT_INVALID ("clip skip 0", clip_skip, 0);
  ASSERT_INVALID ("between previews 0", preview_every, 0);
}

static void
replace (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static void
test_names (void)
{
  g_autoptr (SfRequest) request = sf_request_new ();

  replace (&request->sampler, "eular");
  assert_invalid (request, "eular");
  assert_invalid (request, "dpmpp_2m");
  replace (&request->sampler, "euler");
  replace (&request->schedule, "");
  assert_invalid (request, "karras");
  replace (&request->schedule, "karras");
  replace (&request->prompt, "\xff\xfe");
  assert_invalid (request, "UTF-8");
}

static void
test_noise_makes_one_picture (void)
{
  g_autoptr (SfRequest) request = sf_request_new ();

  request->noise = sf_array (4, 8, 8);
  g_assert_true (sf_request_validate (request, NULL));
  request->count = 2;
  assert_invalid (request, "2");
}

static void
test_copy (void)
{
  g_autoptr (SfRequest) request = sf_request_new ();
  g_autoptr (SfRequest) copy = NULL;

  replace (&request->prompt, "a boat");
  request->seed = 7;
  request->noise = sf_array (4, 8, 8);
  copy = sf_request_copy (request);
  replace (&request->prompt, "a car");

  g_assert_cmpstr (copy->prompt, ==, "a boat");
  g_assert_cmpuint (copy->seed, ==, 7);
  g_assert_true (copy->noise != request->noise);
  g_assert_cmpuint (copy->noise->n_values, ==, 256);
}

static void
test_pixels (void)
{
  const float values[] = { -1.0f, 1.0f, 0.0f, 2.0f, NAN, -1.0f + 2.0f / 255.0f };
  const float matrix[5][3] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 1 } };
  const guint8 expected[] = { 0, 128, 0, 255, 255, 1 };
  const guint8 expected_preview[] = { 255, 0, 255 };
  g_autoptr (SfArray) image = sf_array (1, 3, 1, 2);
  g_autoptr (SfArray) latent = sf_array (1, 4, 1, 1);
  g_autoptr (GBytes) pixels = NULL;
  g_autoptr (GBytes) preview = NULL;

  memcpy (image->data, values, sizeof values);
  pixels = sf_pixels_from_image (image);
  g_assert_cmpmem (g_bytes_get_data (pixels, NULL), g_bytes_get_size (pixels), expected,
                   sizeof expected);

  latent->data[0] = 1.0f;
  latent->data[1] = -3.0f;
  preview = sf_pixels_from_latent (latent, matrix);
  g_assert_cmpmem (g_bytes_get_data (preview, NULL), g_bytes_get_size (preview), expected_preview,
                   sizeof expected_preview);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/defaults-are-valid", test_defaults_are_valid);
  g_test_add_func ("/request/ranges", test_ranges);
  g_test_add_func ("/request/names", test_names);
  g_test_add_func ("/request/noise-makes-one-picture", test_noise_makes_one_picture);
  g_test_add_func ("/request/copy", test_copy);
  g_test_add_func ("/request/pixels", test_pixels);

  return g_test_run ();
}
