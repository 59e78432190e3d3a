/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "load-golden.h"
#include "samplers/sf-schedule.h"

static void
assert_close (double value, double golden, double relative, double absolute)
{
  g_assert_cmpfloat (fabs (value - golden), <=, relative * fabs (golden) + absolute);
}

static SfSchedule *
make_schedule_as (const char *name, guint n_steps, SfTimesteps timesteps, SfStyle style,
                  SfSpacing spacing)
{
  g_autoptr (GError) error = NULL;
  const SfScheduleKind *kind = sf_schedule_kind_from_name (name, &error);
  SfSchedule *schedule;

  g_assert_no_error (error);
  schedule = sf_schedule_new (&(SfScheduleParams){ kind, sf_model_sigmas_stable_diffusion (),
                                                   n_steps, timesteps, style, spacing },
                              &error);
  g_assert_no_error (error);

  return schedule;
}

static SfSchedule *
make_schedule (const char *name, guint n_steps, SfTimesteps timesteps)
{
  return make_schedule_as (name, n_steps, timesteps, SF_STYLE_PLAIN, SF_SPACING_FRACTIONAL);
}

static void
test_model_goldens (void)
{
  const SfModelSigmas *model = sf_model_sigmas_stable_diffusion ();
  g_autoptr (SfArray) alphas = load_golden ("sched", "alphas_cumprod_f64_as_f32");
  g_autoptr (SfArray) sigmas = load_golden ("sched", "model_sigmas_1000");

  g_assert_cmpuint (alphas->n_values, ==, SF_TRAIN_TIMESTEPS);
  g_assert_cmpuint (sigmas->n_values, ==, SF_TRAIN_TIMESTEPS);

  for (guint t = 0; t < SF_TRAIN_TIMESTEPS; t++)
    {
      assert_close (model->alphas_cumprod[t], alphas->data[t], 1.2e-7, 0.0);
      assert_close (model->sigmas[t], sigmas->data[t], 5e-7, 0.0);
    }
}

static void
test_timestep_of_sigma (void)
{
  const SfModelSigmas *model = sf_model_sigmas_stable_diffusion ();
  double between;

  for (guint t = 0; t < SF_TRAIN_TIMESTEPS; t++)
    {
      double sigma = model->sigmas[t];

      g_assert_cmpfloat (sf_model_sigmas_timestep (model, sigma, SF_TIMESTEPS_CONTINUOUS), ==, t);
      g_assert_cmpfloat (sf_model_sigmas_timestep (model, sigma, SF_TIMESTEPS_INTEGER), ==, t);
      assert_close (sf_model_sigmas_at (model, t), sigma, 3e-7, 0.0);
    }

  between = sf_model_sigmas_at (model, 261.37);
  assert_close (sf_model_sigmas_timestep (model, between, SF_TIMESTEPS_CONTINUOUS), 261.37, 0.0,
                1e-4);
  g_assert_cmpfloat (sf_model_sigmas_timestep (model, between, SF_TIMESTEPS_INTEGER), ==, 261);
  between = sf_model_sigmas_at (model, 261.63);
  g_assert_cmpfloat (sf_model_sigmas_timestep (model, between, SF_TIMESTEPS_INTEGER), ==, 262);

  for (SfTimesteps form = SF_TIMESTEPS_CONTINUOUS; form <= SF_TIMESTEPS_INTEGER; form++)
    {
      g_assert_cmpfloat (sf_model_sigmas_timestep (model, 1e-3, form), ==, 0);
      g_assert_cmpfloat (sf_model_sigmas_timestep (model, 100.0, form), ==, 999);
    }
}

static void
compare_with_golden (const char *name, guint n_steps, JsonObject *golden)
{
  JsonArray *sigmas, *t, *rounded;
  g_autoptr (SfSchedule) schedule = make_schedule (name, n_steps, SF_TIMESTEPS_CONTINUOUS);
  g_autoptr (SfSchedule) integer = make_schedule (name, n_steps, SF_TIMESTEPS_INTEGER);

  sigmas = json_object_get_array_member (golden, "sigmas");
  t = json_object_get_array_member (golden, "t");
  rounded = json_object_get_array_member (golden, "t_quantized");

  g_assert_cmpuint (json_array_get_length (sigmas), ==, schedule->n_steps + 1);
  g_assert_cmpuint (json_array_get_length (t), ==, schedule->n_steps);

  for (guint i = 0; i <= schedule->n_steps; i++)
    assert_close (schedule->sigmas[i], json_array_get_double_element (sigmas, i), 1e-6, 0.0);

  for (guint i = 0; i < schedule->n_steps; i++)
    {
      double golden_t = json_array_get_double_element (t, i);
      double golden_rounded = json_array_get_int_element (rounded, i);

      assert_close (schedule->t[i], golden_t, 0.0, 1e-3);

      /* At n = 50 the reference's own 499.5 is 499.49997. */
      if (integer->t[i] != golden_rounded)
        assert_close (golden_t, (integer->t[i] + golden_rounded) / 2.0, 0.0, 1e-4);
    }
}

/* What A1111 and k-diffusion have under two names. */
static const char *
find_our_name (const char *name)
{
  if (g_str_equal (name, "normal"))
    return "default";

  return g_str_equal (name, "polyexponential") ? "exponential" : name;
}

static void
test_tables (void)
{
  g_autofree char *path = g_build_filename (SF_TEST_GOLDENS, "sched", "tables.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonObjectIter iter;
  const char *key;
  JsonNode *golden;
  guint n_tables = 0;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  json_object_iter_init (&iter, json_node_get_object (json_parser_get_root (parser)));

  while (json_object_iter_next (&iter, &key, &golden))
    {
      g_auto (GStrv) parts = g_strsplit (key, "/", 2);
      guint n_steps = (guint) g_ascii_strtoull (parts[1], NULL, 10);

      g_test_message ("%s", key);
      if (g_str_equal (parts[0], "diffusers_lcm"))
        continue; /* test-sampler */

      compare_with_golden (find_our_name (parts[0]), n_steps, json_node_get_object (golden));
      n_tables++;
    }

  g_assert_cmpuint (n_tables, ==, 87);
}

/* Timesteps half-way between two, as sched/tables.json has them. */
static void
test_ties (void)
{
  g_autoptr (SfSchedule) schedule = make_schedule ("default", 25, SF_TIMESTEPS_INTEGER);

  g_assert_cmpfloat (schedule->t[4], ==, 833);
  g_assert_cmpfloat (schedule->t[12], ==, 500);
  g_assert_cmpfloat (schedule->t[20], ==, 166);
}

/* Every number of steps that people choose, and some up to the most. */
static void
test_step_counts (void)
{
  for (const SfNamed *const *named = sf_schedule_list (); *named != NULL; named++)
    for (guint n_steps = 1; n_steps <= SF_MAX_STEPS; n_steps += n_steps < 100 ? 1 : 75)
      {
        g_autoptr (SfSchedule)
            schedule = make_schedule ((*named)->name, n_steps, SF_TIMESTEPS_CONTINUOUS);

        g_assert_cmpuint (schedule->n_steps, <=, SF_MAX_STEPS);
        g_assert_cmpfloat (schedule->sigmas[schedule->n_steps], ==, 0.0);
        for (guint i = 0; i < schedule->n_steps; i++)
          g_assert_cmpfloat (schedule->sigmas[i], >, schedule->sigmas[i + 1]);
      }
}

static void
test_refusals (void)
{
  static const guint bad_counts[] = { 0, SF_MAX_STEPS + 1, G_MAXUINT };
  const SfModelSigmas *model = sf_model_sigmas_stable_diffusion ();
  g_autoptr (GError) error = NULL;
  SfTimesteps timesteps;

  for (guint i = 0; i < G_N_ELEMENTS (bad_counts); i++)
    {
      const SfScheduleKind *kind = sf_schedule_kind_from_name ("karras", NULL);

      g_assert_null (sf_schedule_new (&(SfScheduleParams){ .kind = kind,
                                                           .model = model,
                                                           .n_steps = bad_counts[i] },
                                      &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }

  g_assert_null (sf_schedule_kind_from_name ("Karras", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_true (
      g_str_has_prefix (error->message,
                        "unknown schedule “Karras”; known are default, karras, exponential"));
  g_clear_error (&error);

  g_assert_true (sf_timesteps_from_name ("integer", &timesteps, &error));
  g_assert_cmpint (timesteps, ==, SF_TIMESTEPS_INTEGER);
  g_assert_false (sf_timesteps_from_name ("", &timesteps, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/schedule/model-goldens", test_model_goldens);
  g_test_add_func ("/schedule/timestep-of-sigma", test_timestep_of_sigma);
  g_test_add_func ("/schedule/tables", test_tables);
  g_test_add_func ("/schedule/ties", test_ties);
  g_test_add_func ("/schedule/step-counts", test_step_counts);
  g_test_add_func ("/schedule/refusals", test_refusals);

  return g_test_run ();
}
