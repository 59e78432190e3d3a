/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What every command of sfumato-cli shares: options, errors, results.
 *
 * Results go to stdout, everything else to stderr. A command returns the program's exit status. */
typedef enum
{
  SF_CLI_DONE = 0,
  SF_CLI_FAILED = 1,
  SF_CLI_WRONG_USAGE = 2,
  SF_CLI_INTERRUPTED = 130,
} SfCliStatus;

/* Options that most commands have. Zero-initialised by the command. */
typedef struct
{
  gboolean json;
  gboolean quiet;
  char *device;
  char *model;
  char *precision_name;
  SfPrecision precision;
  char *memory_name;
  SfMemoryMode memory;
  char **rest; /* what is no option */
} SfCli;

void sf_cli_clear (SfCli *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SfCli, sf_cli_clear)

/* How a command is used. */
typedef struct
{
  const char *name;      /* "run unet" */
  const char *arguments; /* "FILE.png", or NULL when it takes none */
  const char *summary;
  const GOptionEntry *entries; /* the command's own, or NULL */
  gboolean runs_model;         /* has --model, --device, --precision and --memory */
} SfCliUsage;

/* Parses argv, whose first element is ignored. On wrong usage prints one sentence and returns FALSE with @status set. */
gboolean sf_cli_parse (SfCli *self, const SfCliUsage *usage, char **argv, SfCliStatus *status);

/* An engine as these options say. */
SfEngine *sf_cli_new_engine (const SfCli *self) G_GNUC_WARN_UNUSED_RESULT;

/* Prints one sentence on stderr. */
SfCliStatus sf_cli_wrong_usage (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* Prints why something failed, unless it was interrupted. Takes @error. Where a number was to be and none was
 * (G_NUMBER_PARSER_ERROR_INVALID) the usage was wrong. */
SfCliStatus sf_cli_fail (GError *error);

/* The index in @choices of what @name names; an error lists the names there are. Without a name it is @fallback. */
gboolean sf_cli_choose (const SfNamed *const *choices, const char *noun, const char *name,
                        int fallback, int *choice, GError **error);

/* A number given on the command line: an error when it is negative. */
gboolean sf_cli_unsigned (const char *option, int value, guint *number, GError **error);
/* Digits, up to 64 bits; an error that names @option otherwise. */
gboolean sf_cli_parse_u64 (const char *option, const char *text, guint64 *number, GError **error);

/* Prints the one JSON object of a result. */
void sf_cli_print_json (JsonBuilder *builder);
void sf_cli_json_string (JsonBuilder *builder, const char *name, const char *value);
void sf_cli_json_int (JsonBuilder *builder, const char *name, gint64 value);
void sf_cli_json_double (JsonBuilder *builder, const char *name, double value);

/* "1.5 GiB". */
char *sf_cli_format_bytes (guint64 n_bytes) G_GNUC_WARN_UNUSED_RESULT;

/* The commands. argv[0] is the command's name; the array ends with NULL. */
SfCliStatus sf_cli_bench (char **argv);
SfCliStatus sf_cli_devices (char **argv);
SfCliStatus sf_cli_forecast (char **argv);
SfCliStatus sf_cli_generate (char **argv);
SfCliStatus sf_cli_info (char **argv);
SfCliStatus sf_cli_inspect (char **argv);
SfCliStatus sf_cli_library (char **argv);
SfCliStatus sf_cli_noise (char **argv);
SfCliStatus sf_cli_run (char **argv);
SfCliStatus sf_cli_schedule (char **argv);
SfCliStatus sf_cli_tokenize (char **argv);

G_END_DECLS
