/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-cli.h"

G_BEGIN_DECLS

/**
 * SfCliOptions: the options of generate as they were given.
 */
typedef struct
{
  char *prompt;
  char *negative;
  int width;
  int height;
  int steps;
  double guidance;
  char *sampler;
  char *schedule;
  char *seed;
  char *rng;
  int count;
  int clip_skip;
  char *output;
  char *preview;
  char *preview_dir;
  int preview_every;
  char *noise;
  char *noise_sequence;
  char *save_latent;
  char *save_image;
  char *timesteps;
  gboolean dump_plan;
} SfCliOptions;

/* Fills in the defaults and parses argv as sf_cli_parse() does. */
gboolean sf_cli_options_parse (SfCliOptions *self, SfCli *cli, char **argv, SfCliStatus *status);
void sf_cli_options_clear (SfCliOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SfCliOptions, sf_cli_options_clear)

/* The valid request that they mean; reads the files of noise. */
SfRequest *sf_cli_options_make_request (const SfCliOptions *self, const SfCli *cli, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
