/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli-interrupt.h"
#include "sf-cli-options.h"

#include <stdio.h>

#define TERA 1e12

static void
print_seconds (const char *what, double seconds)
{
  if (seconds < 0)
    printf ("%-12s not measured on this device yet; painting measures it, and so does bench\n",
            what);
  else
    printf ("%-12s %.3g s\n", what, seconds);
}

static void
print_forecast (const SfEngineForecast *forecast)
{
  g_autofree char *weights = sf_cli_format_bytes (forecast->weight_bytes);
  g_autofree char *activations = sf_cli_format_bytes (forecast->activation_bytes);
  g_autofree char *sum = sf_cli_format_bytes (forecast->weight_bytes + forecast->activation_bytes);
  g_autofree char *available = sf_cli_format_bytes (forecast->available_bytes);

  printf ("%-12s %u×%u\n", "size:", forecast->width, forecast->height);
  printf ("%-12s %s of %s in mode “%s”: weights %s, activations %s\n", "memory:", sum, available,
          sf_memory_mode_list ()[forecast->memory]->name, weights, activations);
  printf ("%-12s %s\n", "VAE:", forecast->tiled ? "in strips" : "whole");
  printf ("%-12s %.3g TFLOP\n", "work:", forecast->flop / TERA);
  print_seconds ("time:", forecast->seconds);
  if (forecast->seconds >= 0)
    {
      print_seconds ("  a step:", forecast->step_seconds);
      print_seconds ("  decoding:", forecast->decode_seconds);
    }
}

static void
print_forecast_json (const SfEngineForecast *forecast)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  sf_cli_json_int (builder, "width", forecast->width);
  sf_cli_json_int (builder, "height", forecast->height);
  sf_cli_json_string (builder, "memory", sf_memory_mode_list ()[forecast->memory]->name);
  sf_cli_json_int (builder, "weight_bytes", (gint64) forecast->weight_bytes);
  sf_cli_json_int (builder, "activation_bytes", (gint64) forecast->activation_bytes);
  sf_cli_json_int (builder, "available_bytes", (gint64) forecast->available_bytes);
  json_builder_set_member_name (builder, "tiled");
  json_builder_add_boolean_value (builder, forecast->tiled);
  sf_cli_json_double (builder, "flop", forecast->flop);
  if (forecast->seconds >= 0)
    {
      sf_cli_json_double (builder, "seconds", forecast->seconds);
      sf_cli_json_double (builder, "step_seconds", forecast->step_seconds);
      sf_cli_json_double (builder, "decode_seconds", forecast->decode_seconds);
    }
  json_builder_end_object (builder);
  sf_cli_print_json (builder);
}

SfCliStatus
sf_cli_forecast (char **argv)
{
  g_auto (SfCli) cli = { 0 };
  g_auto (SfCliOptions) options = { 0 };
  g_autoptr (SfRequest) request = NULL;
  g_autoptr (SfEngine) engine = NULL;
  SfEngineForecast forecast;
  GError *error = NULL;
  SfCliStatus status;

  if (!sf_cli_options_parse (&options, &cli, "forecast",
                             "Says what generate would take with the same options, and paints "
                             "nothing.",
                             argv, &status))
    return status;

  request = sf_cli_options_make_request (&options, &cli, &error);
  if (request == NULL)
    return sf_cli_fail (error);

  engine = sf_cli_new_engine (&cli);
  if (!sf_engine_forecast (engine, request, &forecast, sf_cli_get_cancellable (), &error))
    return sf_cli_fail (error);

  if (cli.json)
    print_forecast_json (&forecast);
  else
    print_forecast (&forecast);
  return SF_CLI_DONE;
}
