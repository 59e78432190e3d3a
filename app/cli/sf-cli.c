/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli.h"

#include <stdio.h>

static const SfNamed precision_f16 = { "f16", "f16" };
static const SfNamed precision_f32 = { "f32", "f32" };
static const SfNamed *const precisions[] = {
  [SF_PRECISION_F16] = &precision_f16,
  [SF_PRECISION_F32] = &precision_f32,
  NULL,
};

void
sf_cli_clear (SfCli *self)
{
  g_free (self->device);
  g_free (self->model);
  g_free (self->precision_name);
  g_free (self->memory_name);
  g_strfreev (self->rest);
}

static GOptionContext *
make_context (SfCli *self, const SfCliUsage *usage)
{
  const GOptionEntry common[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json, "Print the result as one JSON object", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &self->quiet, "Print nothing but results and errors",
      NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->rest, NULL, usage->arguments },
    G_OPTION_ENTRY_NULL,
  };
  const GOptionEntry model[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &self->model, "Checkpoint; the starter model",
      "PATH" },
    { "device", 'd', 0, G_OPTION_ARG_FILENAME, &self->device,
      "Vulkan device: its number or a part of its name", "DEVICE" },
    { "precision", 0, 0, G_OPTION_ARG_FILENAME, &self->precision_name,
      "How values are stored on the device (f16)", "f16|f32" },
    { "memory", 0, 0, G_OPTION_ARG_FILENAME, &self->memory_name,
      "How much of the device's memory is used (auto)", "auto|normal|low|lowest" },
    G_OPTION_ENTRY_NULL,
  };
  GOptionContext *context = g_option_context_new (NULL);
  g_autofree char *program = g_strdup_printf ("sfumato-cli %s", usage->name);

  g_set_prgname (program);
  g_option_context_set_summary (context, usage->summary);
  if (usage->entries != NULL)
    g_option_context_add_main_entries (context, usage->entries, NULL);
  if (usage->runs_model)
    g_option_context_add_main_entries (context, model, NULL);
  g_option_context_add_main_entries (context, common, NULL);

  return context;
}

gboolean
sf_cli_parse (SfCli *self, const SfCliUsage *usage, char **argv, SfCliStatus *status)
{
  g_autoptr (GOptionContext) context = make_context (self, usage);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = g_strdupv (argv);
  int precision, memory;

  if (!g_option_context_parse_strv (context, &arguments, &error))
    {
      *status = sf_cli_wrong_usage ("%s", error->message);
      return FALSE;
    }
  if (self->rest != NULL && usage->arguments == NULL)
    {
      *status = sf_cli_wrong_usage ("%s takes no argument “%s”", usage->name, self->rest[0]);
      return FALSE;
    }
  if (!sf_cli_choose (precisions, "precision", self->precision_name, SF_PRECISION_F16, &precision,
                      &error)
      || !sf_cli_choose (sf_memory_mode_list (), "memory mode", self->memory_name, SF_MEMORY_AUTO,
                         &memory, &error))
    {
      *status = sf_cli_fail (g_steal_pointer (&error));
      return FALSE;
    }

  self->precision = (SfPrecision) precision;
  self->memory = (SfMemoryMode) memory;
  return TRUE;
}

SfEngine *
sf_cli_new_engine (const SfCli *self)
{
  SfEngine *engine = sf_engine_new (self->device);

  sf_engine_set_memory (engine, self->memory);

  return engine;
}

SfCliStatus
sf_cli_wrong_usage (const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  fprintf (stderr, "sfumato-cli: %s\n", message);
  return SF_CLI_WRONG_USAGE;
}

SfCliStatus
sf_cli_fail (GError *error)
{
  SfCliStatus status = SF_CLI_FAILED;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    status = SF_CLI_INTERRUPTED;
  else if (g_error_matches (error, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_INVALID))
    status = SF_CLI_WRONG_USAGE;

  fprintf (stderr, "sfumato-cli: %s\n",
           status == SF_CLI_INTERRUPTED ? "interrupted" : error->message);
  g_error_free (error);

  return status;
}

gboolean
sf_cli_choose (const SfNamed *const *choices, const char *noun, const char *name, int fallback,
               int *choice, GError **error)
{
  const SfNamed *found;

  *choice = fallback;
  if (name == NULL)
    return TRUE;

  found = sf_named_find (choices, noun, name, error);
  if (found == NULL)
    return FALSE;

  for (*choice = 0; choices[*choice] != found;)
    (*choice)++;

  return TRUE;
}

gboolean
sf_cli_unsigned (const char *option, int value, guint *number, GError **error)
{
  if (value < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s %d is negative", option,
                   value);
      return FALSE;
    }

  *number = (guint) value;
  return TRUE;
}

gboolean
sf_cli_parse_u64 (const char *option, const char *text, guint64 *number, GError **error)
{
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, number, NULL))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "%s “%s” is not a number from 0 to 18446744073709551615", option, text);
  return FALSE;
}

void
sf_cli_print_json (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, FALSE);

  printf ("%s\n", text);
}

void
sf_cli_json_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

void
sf_cli_json_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
sf_cli_json_double (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

char *
sf_cli_format_bytes (guint64 n_bytes)
{
  return g_format_size_full (n_bytes, G_FORMAT_SIZE_IEC_UNITS);
}
