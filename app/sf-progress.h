/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

G_BEGIN_DECLS

/* How far a run is. */
typedef struct
{
  SfStage stage;
  guint picture_index;
  guint picture_count;
  guint step;
  guint steps;
  double seconds_left; /* negative while unknown */
} SfProgress;

/* @event's part of the story. */
void sf_progress_take_event (SfProgress *self, const SfEvent *event);

/* Share of the picture in work that is done, 0 ... 1. */
double sf_progress_get_fraction (const SfProgress *self);

/* For people: "Step 7 of 20 · about 3 s left", translated. */
char *sf_progress_describe (const SfProgress *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
