/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

G_BEGIN_DECLS

/**
 * SfCliProgress: how far a request is, on stderr: a bar where that is a terminal,
 * else a line for each stage and step.
 */
typedef struct
{
  gboolean quiet;
  gboolean terminal;
  gboolean line_open; /* a bar stands on the current line */
} SfCliProgress;

void sf_cli_progress_init (SfCliProgress *self, gboolean quiet);
void sf_cli_progress_show (SfCliProgress *self, const SfEvent *event);
/* Before anything else is printed. */
void sf_cli_progress_end (SfCliProgress *self);

G_END_DECLS
