/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli.h"

#include <stdio.h>

/* What is not as in a new request, by the names that the options of generate have. */
static void
add_settings (JsonBuilder *builder, const SfRequest *request)
{
  g_autofree char *json = sf_request_to_json (request);

  json_builder_set_member_name (builder, "settings");
  json_builder_add_value (builder, json_from_string (json, NULL));
}

/* @request is what we understand of the text, or NULL. */
static void
print_json (const char *path, const char *infotext, const SfRequest *request)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  sf_cli_json_string (builder, "file", path);
  sf_cli_json_string (builder, "parameters", infotext);
  if (request != NULL)
    {
      const SfNamed *const *compatibilities = sf_compatibility_list ();

      sf_cli_json_string (builder, "prompt", request->prompt);
      sf_cli_json_string (builder, "negative_prompt", request->negative_prompt);
      sf_cli_json_int (builder, "width", request->width);
      sf_cli_json_int (builder, "height", request->height);
      sf_cli_json_int (builder, "steps", request->steps);
      sf_cli_json_double (builder, "guidance", request->guidance);
      sf_cli_json_string (builder, "sampler", request->sampler);
      sf_cli_json_string (builder, "schedule", request->schedule);
      sf_cli_json_int (builder, "seed", (gint64) request->seed);
      sf_cli_json_int (builder, "clip_skip", request->clip_skip);
      sf_cli_json_string (builder, "compatibility",
                          compatibilities[sf_request_get_compatibility (request)]->name);
      add_settings (builder, request);
    }
  json_builder_end_object (builder);
  sf_cli_print_json (builder);
}

SfCliStatus
sf_cli_info (char **argv)
{
  const SfCliUsage usage = {
    .name = "info",
    .arguments = "FILE",
    .summary =
        "Shows the settings that are stored in a PNG, JPEG or WebP picture, in the form of\n"
        "stable-diffusion-webui, whose own and similar texts are shown as they are. Those of\n"
        "ComfyUI, InvokeAI, Fooocus, SwarmUI, NovelAI and Easy Diffusion are put into it.",
  };
  g_auto (SfCli) cli = { 0 };
  g_autofree char *infotext = NULL;
  g_autoptr (SfRequest) request = NULL;
  GError *error = NULL;
  SfCliStatus status;

  if (!sf_cli_parse (&cli, &usage, argv, &status))
    return status;
  if (cli.rest == NULL || cli.rest[1] != NULL)
    return sf_cli_wrong_usage ("info needs one picture");

  infotext = sf_picture_load_infotext (cli.rest[0], &error);
  if (infotext == NULL)
    return sf_cli_fail (error);

  request = sf_request_new_from_infotext (infotext, NULL);
  if (cli.json)
    print_json (cli.rest[0], infotext, request);
  else
    printf ("%s\n", infotext);

  return SF_CLI_DONE;
}
