/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli-interrupt.h"
#include "sf-cli.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>

/* A command with a second word ends its summary in ": " and the words; the manual page and the
 * shells' completion read them there. */
typedef struct
{
  const char *name;
  const char *summary;
  SfCliStatus (*run) (char **argv);
} Command;

static const Command commands[] = {
  { "generate", "Paint pictures from a prompt", sf_cli_generate },
  { "forecast", "Say what painting would take", sf_cli_forecast },
  { "run", "Run one network: text, unet, vae-decode, vae-encode", sf_cli_run },
  { "tokenize", "Show the tokens of texts", sf_cli_tokenize },
  { "schedule", "Show the noise levels of a schedule", sf_cli_schedule },
  { "noise", "Write the noise of a seed", sf_cli_noise },
  { "inspect", "Show what is in a model file", sf_cli_inspect },
  { "devices", "List the Vulkan devices", sf_cli_devices },
  { "bench", "Measure the networks", sf_cli_bench },
  { "info", "Show how a picture was made", sf_cli_info },
  { "library", "Keep the library of pictures: rebuild, import, search", sf_cli_library },
};

/* Runs a command and makes sure that its results arrived. */
static SfCliStatus
run_command (const Command *command, char **argv)
{
  SfCliStatus status;

  sf_cli_catch_interrupt ();
  status = command->run (argv);
  if (status == SF_CLI_DONE && fflush (stdout) != 0)
    {
      fprintf (stderr, "sfumato-cli: write the result: %s\n", g_strerror (errno));
      status = SF_CLI_FAILED;
    }

  return status;
}

static char *
describe_usage (void)
{
  GString *text = g_string_new ("Usage: sfumato-cli COMMAND [OPTION…]\n\nCommands:\n");

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (text, "  %-10s %s\n", commands[i].name, commands[i].summary);
  g_string_append (text, "\nsfumato-cli COMMAND --help lists the options of a command.\n");

  return g_string_free (text, FALSE);
}

int
main (int argc, char **argv)
{
  g_autofree char *usage = describe_usage ();

  setlocale (LC_CTYPE, "");

  if (argc < 2)
    {
      fputs (usage, stderr);
      return SF_CLI_WRONG_USAGE;
    }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"))
    {
      fputs (usage, stdout);
      return SF_CLI_DONE;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      printf ("sfumato-cli %s\n", SF_VERSION);
      return SF_CLI_DONE;
    }

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i].name))
      return (int) run_command (&commands[i], argv + 1);

  return (int) sf_cli_wrong_usage ("unknown command “%s”; sfumato-cli --help lists them", argv[1]);
}
