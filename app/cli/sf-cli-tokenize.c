/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli.h"

#include <stdio.h>

static void
print_ids (const gint32 ids[SF_TOKENIZER_CONTEXT])
{
  for (guint i = 0; i < SF_TOKENIZER_CONTEXT; i++)
    printf ("%s%d", i > 0 ? " " : "", ids[i]);
  printf ("\n");
}

static void
add_ids (JsonBuilder *builder, const gint32 ids[SF_TOKENIZER_CONTEXT])
{
  json_builder_begin_array (builder);
  for (guint i = 0; i < SF_TOKENIZER_CONTEXT; i++)
    json_builder_add_int_value (builder, ids[i]);
  json_builder_end_array (builder);
}

SfCliStatus
sf_cli_tokenize (char **argv)
{
  const SfCliUsage usage = {
    .name = "tokenize",
    .arguments = "TEXT…",
    .summary = "Prints a line of 77 token ids for each text.",
  };
  g_auto (SfCli) cli = { 0 };
  g_autoptr (SfTokenizer) tokenizer = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GError *error = NULL;
  SfCliStatus status;

  if (!sf_cli_parse (&cli, &usage, argv, &status))
    return status;
  if (cli.rest == NULL)
    return sf_cli_wrong_usage ("tokenize needs a text");

  tokenizer = sf_tokenizer_new (&error);
  if (tokenizer == NULL)
    return sf_cli_fail (error);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "ids");
  json_builder_begin_array (builder);
  for (guint i = 0; cli.rest[i] != NULL; i++)
    {
      gint32 ids[SF_TOKENIZER_CONTEXT];

      sf_tokenizer_encode_77 (tokenizer, cli.rest[i], ids);
      if (cli.json)
        add_ids (builder, ids);
      else
        print_ids (ids);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  if (cli.json)
    sf_cli_print_json (builder);

  return SF_CLI_DONE;
}
