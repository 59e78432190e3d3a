/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli-progress.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 30
#define CLEAR_LINE "\r\033[K"

void
sf_cli_progress_init (SfCliProgress *self, gboolean quiet)
{
  *self = (SfCliProgress){ .quiet = quiet, .terminal = isatty (STDERR_FILENO) };
}

static const char *
describe_stage (SfStage stage)
{
  switch (stage)
    {
    case SF_STAGE_LOADING:
      return "Loading the model";
    case SF_STAGE_ENCODING:
      return "Reading the prompt";
    case SF_STAGE_SAMPLING:
      return "Painting";
    case SF_STAGE_DECODING:
      return "Developing the picture";
    default:
      g_return_val_if_reached ("");
    }
}

/* ", 1 min 20 s left" */
static char *
describe_time_left (double seconds)
{
  const guint rounded = seconds > 0 ? (guint) ceil (MIN (seconds, 1e9)) : 0;

  if (seconds < 0)
    return g_strdup ("");
  if (rounded >= 60)
    return g_strdup_printf (", %u min %02u s left", rounded / 60, rounded % 60);

  return g_strdup_printf (", %u s left", rounded);
}

static char *
describe_picture (const SfEvent *event)
{
  return event->picture_count > 1
             ? g_strdup_printf ("picture %u/%u: ", event->picture_index + 1, event->picture_count)
             : g_strdup ("");
}

static void
draw_bar (const SfEvent *event, const char *picture, const char *left)
{
  const guint filled = event->steps > 0 ? event->step * BAR_WIDTH / event->steps : 0;

  fprintf (stderr, CLEAR_LINE "%s[", picture);
  for (guint i = 0; i < BAR_WIDTH; i++)
    fputc (i < filled ? '#' : ' ', stderr);
  fprintf (stderr, "] step %u/%u%s", event->step, event->steps, left);
}

void
sf_cli_progress_show (SfCliProgress *self, const SfEvent *event)
{
  g_autofree char *picture = describe_picture (event);
  g_autofree char *left = describe_time_left (event->seconds_left);

  if (self->quiet)
    return;

  switch (event->kind)
    {
    case SF_EVENT_STAGE:
      if (self->terminal)
        fprintf (stderr, CLEAR_LINE "%s%s…", picture, describe_stage (event->stage));
      else
        fprintf (stderr, "%s%s\n", picture, describe_stage (event->stage));
      break;
    case SF_EVENT_STEP:
      if (self->terminal)
        draw_bar (event, picture, left);
      else
        fprintf (stderr, "%sstep %u/%u%s\n", picture, event->step, event->steps, left);
      break;
    case SF_EVENT_NOTICE:
      sf_cli_progress_end (self);
      fprintf (stderr, "sfumato-cli: %s\n", event->notice);
      return;
    case SF_EVENT_PREVIEW:
      return;
    case SF_EVENT_PICTURE:
      sf_cli_progress_end (self);
      return;
    default:
      g_return_if_reached ();
    }
  self->line_open = self->terminal;
}

void
sf_cli_progress_end (SfCliProgress *self)
{
  if (self->line_open)
    fputs (CLEAR_LINE, stderr);
  self->line_open = FALSE;
}
