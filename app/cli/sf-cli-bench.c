/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli-interrupt.h"
#include "sf-cli.h"

#include <stdio.h>

#define GIGA 1e9
#define MILLI 1e-3

typedef struct
{
  int width;
  int height;
  char *part;
  int repeat;
  gboolean per_op;
  gboolean dump_plan;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->part);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static double
rate (double amount, double seconds)
{
  return seconds > 0 ? amount / GIGA / seconds : 0;
}

/* What counts as the time: on a CPU device, what a machine with nothing else to do would take. */
static double
choose_seconds (double seconds, double free_seconds)
{
  return free_seconds > 0 ? free_seconds : seconds;
}

static void
print_share (double flop, double seconds, double peak)
{
  if (peak > 0)
    printf (" %6.1f%%", 100 * flop / seconds / peak);
}

static void
print_operations (GPtrArray *operations, double peak)
{
  printf ("  %10s %10s %10s %10s %s  %-36s %s\n", "ms", "free ms", "GFLOP/s", "GB/s",
          peak > 0 ? "   peak" : "", "shader", "operation");
  for (guint i = 0; i < operations->len; i++)
    {
      const SfOperationTiming *timing = operations->pdata[i];
      const double seconds = choose_seconds (timing->seconds, timing->free_seconds);

      printf ("  %10.3f %10.3f %10.2f %10.2f", timing->seconds / MILLI,
              timing->free_seconds / MILLI, rate (timing->flop, seconds),
              rate (timing->bytes, seconds));
      print_share (timing->flop, seconds, peak);
      printf ("  %-36s %s\n", timing->shader, timing->label);
    }
}

static void
print_parts (GPtrArray *parts, const char *device, const char *driver, double peak)
{
  printf ("%s (%s)\n", device, driver);
  printf ("kernels: %s\n", ((const SfBenchPart *) parts->pdata[0])->kernels);
  if (peak > 0)
    printf ("peak of the processors: %.1f GFLOP/s\n", peak / GIGA);
  printf ("%-5s %10s %10s %10s %10s %s %10s %12s\n", "part", "seconds", "free s", "GFLOP",
          "GFLOP/s", peak > 0 ? "   peak" : "", "GB moved", "peak memory");
  for (guint i = 0; i < parts->len; i++)
    {
      const SfBenchPart *part = parts->pdata[i];
      const double seconds = choose_seconds (part->seconds, part->free_seconds);
      g_autofree char *peak_memory = sf_cli_format_bytes (part->peak_device_bytes);

      printf ("%-5s %10.4f %10.4f %10.3f %10.2f", part->part, part->seconds, part->free_seconds,
              part->flop / GIGA, rate (part->flop, seconds));
      print_share (part->flop, seconds, peak);
      printf (" %10.4f %12s\n", part->bytes / GIGA, peak_memory);
      if (part->operations != NULL)
        print_operations (part->operations, peak);
    }
}

static void
add_operations (JsonBuilder *builder, GPtrArray *operations)
{
  json_builder_set_member_name (builder, "operations");
  json_builder_begin_array (builder);
  for (guint i = 0; i < operations->len; i++)
    {
      const SfOperationTiming *timing = operations->pdata[i];

      json_builder_begin_object (builder);
      sf_cli_json_string (builder, "operation", timing->label);
      sf_cli_json_string (builder, "shader", timing->shader);
      sf_cli_json_double (builder, "seconds", timing->seconds);
      sf_cli_json_double (builder, "free_seconds", timing->free_seconds);
      sf_cli_json_double (builder, "gflop", timing->flop / GIGA);
      sf_cli_json_double (builder, "bytes", timing->bytes);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_parts_json (GPtrArray *parts, const char *device, const char *driver, double peak)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  sf_cli_json_string (builder, "device", device);
  sf_cli_json_string (builder, "driver", driver);
  sf_cli_json_string (builder, "kernels", ((const SfBenchPart *) parts->pdata[0])->kernels);
  sf_cli_json_double (builder, "peak_gflops", peak / GIGA);
  json_builder_set_member_name (builder, "parts");
  json_builder_begin_array (builder);
  for (guint i = 0; i < parts->len; i++)
    {
      const SfBenchPart *part = parts->pdata[i];

      json_builder_begin_object (builder);
      sf_cli_json_string (builder, "part", part->part);
      sf_cli_json_double (builder, "seconds", part->seconds);
      sf_cli_json_double (builder, "free_seconds", part->free_seconds);
      sf_cli_json_double (builder, "gflop", part->flop / GIGA);
      sf_cli_json_double (builder, "gflops",
                          rate (part->flop, choose_seconds (part->seconds, part->free_seconds)));
      sf_cli_json_double (builder, "bytes", part->bytes);
      sf_cli_json_int (builder, "peak_device_bytes", (gint64) part->peak_device_bytes);
      if (part->operations != NULL)
        add_operations (builder, part->operations);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  sf_cli_print_json (builder);
}

/* The driver of the device called @name. */
static char *
find_driver (const char *name, GError **error)
{
  g_autoptr (GPtrArray) devices = sf_engine_list_devices (error);

  if (devices == NULL)
    return NULL;

  for (guint i = 0; i < devices->len; i++)
    {
      const SfEngineDevice *device = devices->pdata[i];

      if (g_str_equal (device->name, name))
        return g_strdup (device->driver);
    }

  return g_strdup ("unknown");
}

static gboolean
bench (const SfCli *cli, const Options *options, GError **error)
{
  const char *part = options->part != NULL ? options->part : "all";
  g_autoptr (SfEngine) engine = sf_cli_new_engine (cli);
  g_autoptr (GPtrArray) parts = NULL;
  g_autofree char *device = NULL;
  g_autofree char *driver = NULL;
  guint width, height, repeat;
  double peak = 0;

  if (!sf_cli_unsigned ("--width", options->width, &width, error)
      || !sf_cli_unsigned ("--height", options->height, &height, error)
      || !sf_cli_unsigned ("--repeat", options->repeat, &repeat, error))
    return FALSE;

  if (options->dump_plan)
    {
      g_autofree char *plan = sf_engine_dump_plan (engine, cli->model, cli->precision, width,
                                                   height, part, error);

      if (plan != NULL)
        printf ("%s\n", plan);
      return plan != NULL;
    }

  parts = sf_engine_bench (engine, cli->model, cli->precision, width, height, part, repeat,
                           options->per_op, sf_cli_get_cancellable (), error);
  if (parts == NULL)
    return FALSE;

  device = sf_engine_dup_device_name (engine);
  driver = find_driver (device, error);
  if (driver == NULL)
    return FALSE;

  /* It says something of devices whose time is the processors'. */
  if (((const SfBenchPart *) parts->pdata[0])->free_seconds > 0)
    peak = sf_engine_measure_peak ();
  if (cli->json)
    print_parts_json (parts, device, driver, peak);
  else
    print_parts (parts, device, driver, peak);

  return TRUE;
}

SfCliStatus
sf_cli_bench (char **argv)
{
  g_auto (Options) options = { .repeat = 3 };
  const GOptionEntry entries[] = {
    { "width", 'W', 0, G_OPTION_ARG_INT, &options.width, "Pixels; the model's own size", "N" },
    { "height", 'H', 0, G_OPTION_ARG_INT, &options.height, "Pixels; the model's own size", "N" },
    { "part", 0, 0, G_OPTION_ARG_FILENAME, &options.part, "Network (all)", "unet|vae|text|all" },
    { "repeat", 'n', 0, G_OPTION_ARG_INT, &options.repeat, "Runs, of which the median counts (3)",
      "N" },
    { "per-op", 0, 0, G_OPTION_ARG_NONE, &options.per_op, "Time every operation", NULL },
    { "dump-plan", 0, 0, G_OPTION_ARG_NONE, &options.dump_plan,
      "Print the memory plan of one part and measure nothing", NULL },
    G_OPTION_ENTRY_NULL,
  };
  const SfCliUsage usage = {
    .name = "bench",
    .summary = "Measures the networks as one picture needs them: both prompts, one guided step, "
               "one decoding.",
    .entries = entries,
    .runs_model = TRUE,
  };
  g_auto (SfCli) cli = { 0 };
  GError *error = NULL;
  SfCliStatus status;

  if (!sf_cli_parse (&cli, &usage, argv, &status))
    return status;

  return bench (&cli, &options, &error) ? SF_CLI_DONE : sf_cli_fail (error);
}
