/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli.h"

#include <stdio.h>

#define MAX_VALUES (G_GUINT64_CONSTANT (1) << 28)

/* "4,64,64" */
static SfArray *
parse_shape (const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  gsize dims[SF_ARRAY_MAX_DIMS];
  guint n_dims = 0;
  guint64 n_values = 1;

  for (; parts[n_dims] != NULL && n_dims < SF_ARRAY_MAX_DIMS; n_dims++)
    {
      guint64 dim;

      if (!g_ascii_string_to_unsigned (parts[n_dims], 10, 1, MAX_VALUES, &dim, NULL)
          || dim > MAX_VALUES / n_values)
        break;
      dims[n_dims] = (gsize) dim;
      n_values *= dim;
    }
  if (n_dims > 0 && parts[n_dims] == NULL)
    return sf_array_new (n_dims, dims);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "the shape “%s” is not 1 to %d extents like 4,64,64, in all up to %" G_GUINT64_FORMAT
               " values",
               text, SF_ARRAY_MAX_DIMS, MAX_VALUES);
  return NULL;
}

static gboolean
write_noise (const char *rng, const char *seed_text, const char *shape, const char *output,
             GError **error)
{
  g_autoptr (SfNoise) noise = NULL;
  g_autoptr (SfArray) values = NULL;
  SfNoiseKind kind = SF_NOISE_CPU;
  guint64 seed = 0;

  if ((rng != NULL && !sf_noise_kind_from_name (rng, &kind, error))
      || !sf_cli_parse_u64 ("the seed", seed_text, &seed, error))
    return FALSE;

  values = parse_shape (shape, error);
  if (values == NULL)
    return FALSE;

  noise = sf_noise_new (kind, seed);
  return sf_noise_normal (noise, values, error) && sf_npy_save (values, output, error);
}

SfCliStatus
sf_cli_noise (char **argv)
{
  g_autofree char *rng = NULL;
  g_autofree char *seed = NULL;
  g_autofree char *shape = NULL;
  g_autofree char *output = NULL;
  const GOptionEntry entries[] = {
    { "rng", 0, 0, G_OPTION_ARG_FILENAME, &rng, "Generator (cpu)", "cpu|philox" },
    { "seed", 's', 0, G_OPTION_ARG_FILENAME, &seed, "Seed", "N" },
    { "shape", 0, 0, G_OPTION_ARG_FILENAME, &shape, "Extents, as 4,64,64", "N,…" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "File to write", "FILE.npy" },
    G_OPTION_ENTRY_NULL,
  };
  const SfCliUsage usage = {
    .name = "noise",
    .summary = "Writes the first normal values of a seeded generator.",
    .entries = entries,
  };
  g_auto (SfCli) cli = { 0 };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GError *error = NULL;
  SfCliStatus status;

  if (!sf_cli_parse (&cli, &usage, argv, &status))
    return status;
  if (seed == NULL || shape == NULL || output == NULL)
    return sf_cli_wrong_usage ("noise needs --seed, --shape and --output");

  if (!write_noise (rng, seed, shape, output, &error))
    return sf_cli_fail (error);

  json_builder_begin_object (builder);
  sf_cli_json_string (builder, "file", output);
  json_builder_end_object (builder);
  if (cli.json)
    sf_cli_print_json (builder);
  else
    printf ("%s\n", output);

  return SF_CLI_DONE;
}

static void
print_schedule (const SfSchedule *schedule, gboolean json)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!json)
    {
      for (guint i = 0; i <= schedule->n_steps; i++)
        printf ("%.9g %.9g\n", schedule->sigmas[i], i < schedule->n_steps ? schedule->t[i] : 0.0);
      return;
    }

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "sigmas");
  json_builder_begin_array (builder);
  for (guint i = 0; i <= schedule->n_steps; i++)
    json_builder_add_double_value (builder, schedule->sigmas[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "timesteps");
  json_builder_begin_array (builder);
  for (guint i = 0; i < schedule->n_steps; i++)
    json_builder_add_double_value (builder, schedule->t[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  sf_cli_print_json (builder);
}

static SfSamplerPlan *
make_plan (const char *schedule_name, const char *sampler_name, int steps,
           const char *timesteps_name, GError **error)
{
  const SfScheduleKind *schedule = sf_schedule_kind_from_name (schedule_name, error);
  const SfSampler *sampler;
  SfTimesteps timesteps = SF_TIMESTEPS_CONTINUOUS;
  guint n_steps;

  if (schedule == NULL || !sf_cli_unsigned ("--steps", steps, &n_steps, error)
      || (timesteps_name != NULL && !sf_timesteps_from_name (timesteps_name, &timesteps, error)))
    return NULL;

  sampler = sf_sampler_from_name (sampler_name, error);
  return sampler != NULL
             ? sf_sampler_plan_new (&(SfSamplerPlanParams){ .sampler = sampler,
                                                            .schedule = schedule,
                                                            .model =
                                                                sf_model_sigmas_stable_diffusion (),
                                                            .n_steps = n_steps,
                                                            .timesteps = timesteps,
                                                            .eta = -1.0 },
                                    error)
             : NULL;
}

SfCliStatus
sf_cli_schedule (char **argv)
{
  g_autofree char *schedule = NULL;
  g_autofree char *sampler = NULL;
  g_autofree char *timesteps = NULL;
  int steps = 20;
  const GOptionEntry entries[] = {
    { "schedule", 0, 0, G_OPTION_ARG_FILENAME, &schedule, "Schedule (default)", "NAME" },
    { "steps", 'n', 0, G_OPTION_ARG_INT, &steps, "Steps (20)", "N" },
    { "sampler", 0, 0, G_OPTION_ARG_FILENAME, &sampler,
      "Sampler, where it has levels of its own (euler)", "NAME" },
    { "timesteps", 0, 0, G_OPTION_ARG_FILENAME, &timesteps,
      "Whether timesteps keep their fraction (continuous)", "continuous|integer" },
    G_OPTION_ENTRY_NULL,
  };
  const SfCliUsage usage = {
    .name = "schedule",
    .summary = "Prints a line for each level: sigma and the timestep of the network. "
               "The last is where the run ends.",
    .entries = entries,
  };
  g_auto (SfCli) cli = { 0 };
  g_autoptr (SfSamplerPlan) plan = NULL;
  GError *error = NULL;
  SfCliStatus status;

  if (!sf_cli_parse (&cli, &usage, argv, &status))
    return status;

  plan = make_plan (schedule != NULL ? schedule : "default", sampler != NULL ? sampler : "euler",
                    steps, timesteps, &error);
  if (plan == NULL)
    return sf_cli_fail (error);

  print_schedule (plan->schedule, cli.json);
  return SF_CLI_DONE;
}
