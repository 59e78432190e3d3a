/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

G_BEGIN_DECLS

/**
 * SfForecast: how long a picture will take, from how long the last one took.
 *
 * Sampling is reckoned to grow with steps, pixels and, where guidance is used, by two; decoding
 * with pixels. What was measured holds for one model.
 */
typedef struct
{
  char *model;               /* what was measured; NULL: the starter model */
  double seconds_per_pass;   /* one pass of the network over one pixel; 0 while unknown */
  double seconds_per_decode; /* one decoded pixel */
  gint64 stage_began;        /* microseconds, monotonic */
} SfForecast;

/* Learns from an event of @request that came in at @now (g_get_monotonic_time()). */
void sf_forecast_observe (SfForecast *self, const SfRequest *request, const SfEvent *event,
                          gint64 now);

/* Seconds for @request, negative while nothing comparable was measured. */
double sf_forecast_seconds (const SfForecast *self, const SfRequest *request);

/* For people: "about 4 s", "about 2 min", translated. */
char *sf_forecast_describe (double seconds) G_GNUC_WARN_UNUSED_RESULT;

/* Forgets; the struct itself stays. */
void sf_forecast_clear (SfForecast *self);

G_END_DECLS
