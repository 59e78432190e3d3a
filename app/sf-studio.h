/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-painting.h"
#include "sf-progress.h"

G_BEGIN_DECLS

#define SF_TYPE_STUDIO (sf_studio_get_type ())
G_DECLARE_FINAL_TYPE (SfStudio, sf_studio, SF, STUDIO, GObject)

/**
 * SfStudio: what is made between start and end of the program.
 *
 * Runs one request at a time on the engine and saves each picture as soon as it is there; only
 * then it counts as made. Knows no widgets. All of it on the main thread.
 *
 * Property "running". Signals:
 * - "progressed": the run came further (sf_studio_get_progress());
 * - "finished" (guint n): a run ended well, with n pictures;
 * - "failed" (GError): a run ended early, not by sf_studio_stop();
 * - "unsaved" (SfPainting, GError): a picture is in the list but could not be saved.
 */
SfStudio *sf_studio_new (SfEngine *engine) G_GNUC_WARN_UNUSED_RESULT;

SfEngine *sf_studio_get_engine (SfStudio *self);

/* The pictures as SfPainting, the newest first; a running one is the first of all. */
GListModel *sf_studio_get_paintings (SfStudio *self);

/* Starts a run whose pictures go into @folder. One that the engine would refuse ends at once with
 * "failed". Not while running. */
void sf_studio_start (SfStudio *self, const SfRequest *request, const char *folder);

/* Ends the run; its finished pictures stay. */
void sf_studio_stop (SfStudio *self);

gboolean sf_studio_is_running (SfStudio *self);
const SfProgress *sf_studio_get_progress (SfStudio *self);

/* Seconds that @request will take, negative while unknown. */
double sf_studio_forecast (SfStudio *self, const SfRequest *request);

G_END_DECLS
