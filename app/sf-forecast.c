/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-forecast.h"

#include <glib/gi18n.h>
#include <math.h>

static double
count_passes (const SfRequest *request)
{
  return (double) request->width * request->height * (request->guidance > 1 ? 2 : 1);
}

void
sf_forecast_observe (SfForecast *self, const SfRequest *request, const SfEvent *event, gint64 now)
{
  double seconds = (now - self->stage_began) / (double) G_USEC_PER_SEC;

  if (g_strcmp0 (self->model, request->model) != 0)
    {
      sf_forecast_clear (self);
      self->model = g_strdup (request->model);
    }

  if (event->kind == SF_EVENT_STAGE)
    self->stage_began = now;
  else if (event->kind == SF_EVENT_STEP && event->step > 0)
    self->seconds_per_pass = seconds / (event->step * count_passes (request));
  else if (event->kind == SF_EVENT_PICTURE && event->stage == SF_STAGE_DECODING)
    self->seconds_per_decode = seconds / ((double) request->width * request->height);
}

double
sf_forecast_seconds (const SfForecast *self, const SfRequest *request)
{
  if (self->seconds_per_pass <= 0 || g_strcmp0 (self->model, request->model) != 0)
    return -1;

  double sampling = self->seconds_per_pass * request->steps * count_passes (request);
  double decoding = self->seconds_per_decode * request->width * request->height;
  return request->count * (sampling + decoding);
}

char *
sf_forecast_describe (double seconds)
{
  guint whole = (guint) CLAMP (ceil (seconds), 1, 360000);

  if (whole < 90)
    /* Translators: a duration in seconds */
    return g_strdup_printf (_ ("about %u s"), whole);
  if (whole < 90 * 60)
    /* Translators: a duration in minutes */
    return g_strdup_printf (_ ("about %u min"), (whole + 30) / 60);
  /* Translators: a duration in hours */
  return g_strdup_printf (_ ("about %u h"), (whole + 1800) / 3600);
}

void
sf_forecast_clear (SfForecast *self)
{
  g_clear_pointer (&self->model, g_free);
  self->seconds_per_pass = 0;
  self->seconds_per_decode = 0;
}
