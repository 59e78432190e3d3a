/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-progress.h"

#include "sf-forecast.h"

#include <glib/gi18n.h>

void
sf_progress_take_event (SfProgress *self, const SfEvent *event)
{
  self->stage = event->stage;
  self->picture_index = event->picture_index;
  self->picture_count = event->picture_count;
  self->step = event->step;
  self->steps = event->steps;
  self->seconds_left = event->seconds_left;
}

double
sf_progress_get_fraction (const SfProgress *self)
{
  if (self->stage == SF_STAGE_DECODING)
    return 1;
  if (self->stage != SF_STAGE_SAMPLING || self->steps == 0)
    return 0;
  return (double) self->step / self->steps;
}

static char *
describe_stage (const SfProgress *self)
{
  switch (self->stage)
    {
    case SF_STAGE_LOADING:
      return g_strdup (_ ("Preparing the model…"));
    case SF_STAGE_ENCODING:
      return g_strdup (_ ("Reading the prompt…"));
    case SF_STAGE_DECODING:
      return g_strdup (_ ("Finishing the picture…"));
    case SF_STAGE_SAMPLING:
    default:
      /* Translators: sampler steps of a picture: the one in work, and how many there are */
      return g_strdup_printf (_ ("Step %u of %u"), MIN (self->step + 1, self->steps), self->steps);
    }
}

char *
sf_progress_describe (const SfProgress *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *stage = describe_stage (self);

  if (self->picture_count > 1)
    {
      g_string_append_printf (text, _ ("Picture %u of %u"), self->picture_index + 1,
                              self->picture_count);
      g_string_append (text, " · ");
    }
  g_string_append (text, stage);
  if (self->seconds_left > 0 && self->stage == SF_STAGE_SAMPLING)
    {
      g_autofree char *left = sf_forecast_describe (self->seconds_left);

      g_string_append (text, " · ");
      /* Translators: %s is a duration, such as "about 3 s" */
      g_string_append_printf (text, _ ("%s left"), left);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
