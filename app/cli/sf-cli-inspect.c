/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli-interrupt.h"
#include "sf-cli.h"

#include <stdio.h>

static void
print_model (const SfModelInfo *info, const char *hash)
{
  g_autofree char *size = sf_cli_format_bytes (info->file_bytes);

  printf ("file:        %s (%s)\n", info->path, size);
  printf ("name:        %s\n", info->name);
  printf ("family:      %s\n", info->family);
  printf ("prediction:  %s\n", info->prediction);
  printf ("format:      %s\n", info->format);
  printf ("precision:   %s\n", info->precision);
  printf ("native size: %u pixels\n", info->native_size);
  printf ("tensors:     %u\n", info->n_tensors);
  printf ("parameters:  %" G_GUINT64_FORMAT "\n", info->n_parameters);
  if (info->refusal != NULL)
    printf ("cannot paint: %s\n", info->refusal);
  printf ("sha256:      %s\n", hash);
}

static void
print_model_json (const SfModelInfo *info, const char *hash)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  sf_cli_json_string (builder, "file", info->path);
  sf_cli_json_int (builder, "bytes", (gint64) info->file_bytes);
  sf_cli_json_string (builder, "name", info->name);
  sf_cli_json_string (builder, "family", info->family);
  sf_cli_json_string (builder, "prediction", info->prediction);
  sf_cli_json_string (builder, "format", info->format);
  sf_cli_json_string (builder, "precision", info->precision);
  sf_cli_json_int (builder, "native_size", info->native_size);
  if (info->refusal != NULL)
    sf_cli_json_string (builder, "refusal", info->refusal);
  sf_cli_json_int (builder, "tensors", info->n_tensors);
  sf_cli_json_int (builder, "parameters", (gint64) info->n_parameters);
  sf_cli_json_string (builder, "sha256", hash);
  json_builder_end_object (builder);
  sf_cli_print_json (builder);
}

SfCliStatus
sf_cli_inspect (char **argv)
{
  const SfCliUsage usage = {
    .name = "inspect",
    .arguments = "MODEL",
    .summary = "Shows what is in a model file.",
  };
  g_auto (SfCli) cli = { 0 };
  g_autofree char *path = NULL;
  g_autofree char *hash = NULL;
  g_autoptr (SfModelInfo) info = NULL;
  GError *error = NULL;
  SfCliStatus status;

  if (!sf_cli_parse (&cli, &usage, argv, &status))
    return status;
  if (cli.rest == NULL || cli.rest[1] != NULL)
    return sf_cli_wrong_usage ("inspect needs one model");

  path = sf_engine_find_model (cli.rest[0], &error);
  if (path != NULL)
    info = sf_engine_inspect (path, sf_cli_get_cancellable (), &error);
  if (info != NULL)
    hash = sf_engine_hash_model (path, sf_cli_get_cancellable (), &error);
  if (hash == NULL)
    return sf_cli_fail (error);

  if (cli.json)
    print_model_json (info, hash);
  else
    print_model (info, hash);

  return SF_CLI_DONE;
}

static void
print_device (const SfEngineDevice *device)
{
  g_autofree char *memory = sf_cli_format_bytes (device->memory_bytes);
  g_autofree char *features = g_strjoinv (", ", device->features);

  printf ("%u: %s\n", device->index, device->name);
  printf ("   driver:   %s\n", device->driver);
  printf ("   kind:     %s\n", device->kind);
  printf ("   memory:   %s\n", memory);
  printf ("   features: %s\n", features);
  if (device->problem != NULL)
    printf ("   unusable: %s\n", device->problem);
}

static void
add_device (JsonBuilder *builder, const SfEngineDevice *device)
{
  json_builder_begin_object (builder);
  sf_cli_json_int (builder, "index", device->index);
  sf_cli_json_string (builder, "name", device->name);
  sf_cli_json_string (builder, "driver", device->driver);
  sf_cli_json_string (builder, "kind", device->kind);
  sf_cli_json_int (builder, "memory_bytes", (gint64) device->memory_bytes);
  if (device->problem != NULL)
    sf_cli_json_string (builder, "problem", device->problem);
  json_builder_set_member_name (builder, "features");
  json_builder_begin_array (builder);
  for (guint i = 0; device->features[i] != NULL; i++)
    json_builder_add_string_value (builder, device->features[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

SfCliStatus
sf_cli_devices (char **argv)
{
  const SfCliUsage usage = {
    .name = "devices",
    .summary = "Lists the Vulkan devices, the one that is used by default first.",
  };
  g_auto (SfCli) cli = { 0 };
  g_autoptr (GPtrArray) devices = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GError *error = NULL;
  SfCliStatus status;

  if (!sf_cli_parse (&cli, &usage, argv, &status))
    return status;

  devices = sf_engine_list_devices (&error);
  if (devices == NULL)
    return sf_cli_fail (error);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "devices");
  json_builder_begin_array (builder);
  for (guint i = 0; i < devices->len; i++)
    if (cli.json)
      add_device (builder, devices->pdata[i]);
    else
      print_device (devices->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  if (cli.json)
    sf_cli_print_json (builder);

  return SF_CLI_DONE;
}
