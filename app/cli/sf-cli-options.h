/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-cli.h"

G_BEGIN_DECLS

/**
 * SfCliOptions: the options of generate and forecast as they were given. Each setting of a request
 * (sf_request_list_fields()) is an option of the same name.
 */
typedef struct
{
  char **settings;     /* texts in the order of the fields; NULL where none was given */
  GStringChunk *texts; /* of --help */
  char *compatibility;
  char *output;
  char *preview_dir;
  char *noise;
  char *noise_sequence;
  char *save_latent;
  char *save_image;
  gboolean dump_plan;
} SfCliOptions;

/* Parses argv as sf_cli_parse() does, for the command @name. */
gboolean sf_cli_options_parse (SfCliOptions *self, SfCli *cli, const char *name,
                               const char *summary, char **argv, SfCliStatus *status);
void sf_cli_options_clear (SfCliOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SfCliOptions, sf_cli_options_clear)

/* Whether a setting was given. */
gboolean sf_cli_options_has (const SfCliOptions *self, const char *setting);

/* The valid request that they mean; reads the files of noise. */
SfRequest *sf_cli_options_make_request (const SfCliOptions *self, const SfCli *cli, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
