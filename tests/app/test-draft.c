/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The draft: shapes, and settings to requests and back. */

#include "sf-settings.h"
#include "sf-shape.h"

static GSettings *
open_settings (void)
{
  g_autoptr (GError) error = NULL;
  GSettings *settings = sf_settings_new (&error);

  g_assert_no_error (error);
  return settings;
}

static void
test_shapes (void)
{
  static const struct
  {
    SfShape shape;
    guint native, width, height;
  } cases[] = {
    { SF_SHAPE_SQUARE, 512, 512, 512 },    { SF_SHAPE_PORTRAIT, 512, 512, 768 },
    { SF_SHAPE_LANDSCAPE, 512, 768, 512 }, { SF_SHAPE_WIDE, 512, 896, 512 },
    { SF_SHAPE_SQUARE, 128, 128, 128 },    { SF_SHAPE_PORTRAIT, 128, 128, 192 },
    { SF_SHAPE_LANDSCAPE, 128, 192, 128 }, { SF_SHAPE_WIDE, 128, 256, 128 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint width, height;

      sf_shape_get_size (cases[i].shape, cases[i].native, &width, &height);
      g_assert_cmpuint (width, ==, cases[i].width);
      g_assert_cmpuint (height, ==, cases[i].height);
      g_assert_cmpint (sf_shape_find (cases[i].native, width, height), ==, cases[i].shape);
    }
  g_assert_cmpint (sf_shape_find (512, 640, 512), ==, -1);
}

static void
test_defaults (void)
{
  g_autoptr (GSettings) settings = open_settings ();
  g_autoptr (SfRequest) request = sf_settings_dup_request (settings);
  g_autoptr (GError) error = NULL;

  g_assert_null (request->model);
  g_assert_cmpstr (request->prompt, ==, "");
  sf_request_validate (request, &error);
  g_assert_no_error (error);
}

static void
test_round_trip (void)
{
  g_autoptr (GSettings) settings = open_settings ();
  g_autoptr (SfRequest) request = sf_settings_dup_request (settings);

  request->model = g_strdup ("/models/other.safetensors");
  g_free (request->prompt);
  request->prompt = g_strdup ("ein Apfel\nauf dem Tisch");
  g_free (request->negative_prompt);
  request->negative_prompt = g_strdup ("Birne");
  request->width = 192;
  request->height = 320;
  request->steps = 33;
  request->guidance = 4.5;
  g_free (request->sampler);
  request->sampler = g_strdup ("euler_a");
  g_free (request->schedule);
  request->schedule = g_strdup ("default");
  request->seed = G_GUINT64_CONSTANT (18446744073709551615);
  request->rng = SF_NOISE_PHILOX;
  request->clip_skip = 2;
  sf_settings_store_request (settings, request);

  g_autoptr (SfRequest) again = sf_settings_dup_request (settings);
  g_assert_cmpstr (again->model, ==, request->model);
  g_assert_cmpstr (again->prompt, ==, request->prompt);
  g_assert_cmpstr (again->negative_prompt, ==, request->negative_prompt);
  g_assert_cmpuint (again->width, ==, 192);
  g_assert_cmpuint (again->height, ==, 320);
  g_assert_cmpuint (again->steps, ==, 33);
  g_assert_cmpfloat (again->guidance, ==, 4.5);
  g_assert_cmpstr (again->sampler, ==, "euler_a");
  g_assert_cmpstr (again->schedule, ==, "default");
  g_assert_cmpuint (again->seed, ==, request->seed);
  g_assert_cmpint (again->rng, ==, SF_NOISE_PHILOX);
  g_assert_cmpuint (again->clip_skip, ==, 2);
  g_assert_true (g_settings_get_boolean (settings, "seed-locked"));
}

/* Changes are seen at once and written a moment later. */
static void
test_written (void)
{
  g_autoptr (GSettings) settings = open_settings ();
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  g_settings_set_uint (settings, "steps", 42);
  g_assert_cmpuint (g_settings_get_uint (settings, "steps"), ==, 42);
  g_assert_true (g_settings_get_has_unapplied (settings));
  while (g_settings_get_has_unapplied (settings))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }

  g_autoptr (GSettings) other = open_settings ();
  g_assert_cmpuint (g_settings_get_uint (other, "steps"), ==, 42);
}

static void
test_folder (void)
{
  g_autoptr (GSettings) settings = open_settings ();
  g_autofree char *standard = sf_settings_dup_pictures_folder (settings);

  g_assert_true (g_str_has_suffix (standard, "/Sfumato"));
  g_settings_set_string (settings, "pictures-folder", "/pictures/elsewhere");
  g_autofree char *chosen = sf_settings_dup_pictures_folder (settings);
  g_assert_cmpstr (chosen, ==, "/pictures/elsewhere");
}

static void
test_reuse (void)
{
  g_autoptr (GSettings) settings = open_settings ();
  g_autoptr (SfRequest) request = sf_request_new ();

  g_settings_set_string (settings, "model", "/models/mine.safetensors");
  g_settings_set_uint (settings, "count", 4);
  g_settings_set_uint64 (settings, "seed", 5);
  g_settings_set_boolean (settings, "seed-locked", FALSE);
  g_free (request->prompt);
  request->prompt = g_strdup ("a red boat");
  request->model = g_strdup ("theirs");
  request->width = 500;
  request->height = 5000;
  request->steps = 150;
  request->guidance = 40;
  request->seed = 7;
  request->count = 1;

  sf_settings_reuse (settings, request, SF_REUSE_PROMPTS);
  g_autofree char *prompt = g_settings_get_string (settings, "prompt");
  g_assert_cmpstr (prompt, ==, "a red boat");
  g_assert_cmpuint (g_settings_get_uint64 (settings, "seed"), ==, 5);

  sf_settings_reuse (settings, request, SF_REUSE_ALL_BUT_SEED);
  g_assert_cmpuint (g_settings_get_uint64 (settings, "seed"), ==, 5);
  g_assert_false (g_settings_get_boolean (settings, "seed-locked"));
  g_assert_cmpuint (g_settings_get_uint (settings, "width"), ==, 512);
  g_assert_cmpuint (g_settings_get_uint (settings, "height"), ==, 2048);
  g_assert_cmpuint (g_settings_get_uint (settings, "steps"), ==, 100);
  g_assert_cmpfloat (g_settings_get_double (settings, "guidance"), ==, 20);
  g_assert_cmpuint (g_settings_get_uint (settings, "count"), ==, 4);

  /* A bare name is that of the chosen model. */
  g_autofree char *model = g_settings_get_string (settings, "model");
  g_assert_cmpstr (model, ==, "/models/mine.safetensors");

  sf_settings_reuse (settings, request, SF_REUSE_ALL);
  g_assert_cmpuint (g_settings_get_uint64 (settings, "seed"), ==, 7);
  g_assert_true (g_settings_get_boolean (settings, "seed-locked"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draft/shapes", test_shapes);
  g_test_add_func ("/draft/defaults", test_defaults);
  g_test_add_func ("/draft/round-trip", test_round_trip);
  g_test_add_func ("/draft/reuse", test_reuse);
  g_test_add_func ("/draft/written", test_written);
  g_test_add_func ("/draft/folder", test_folder);
  return g_test_run ();
}
