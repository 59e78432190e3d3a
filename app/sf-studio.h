/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-painting.h"
#include "sf-progress.h"

#include "library/sf-queue.h"

G_BEGIN_DECLS

#define SF_TYPE_STUDIO (sf_studio_get_type ())
G_DECLARE_FINAL_TYPE (SfStudio, sf_studio, SF, STUDIO, GObject)

/**
 * SfStudio: works off the queue.
 *
 * Runs one job after the other on the engine and saves each picture as soon as it is there, first its file, then its
 * row in the library; only then it counts as made. What cannot be saved is kept and tried again every few seconds,
 * and nothing else is begun meanwhile. A job without an end lets the others go first after each picture. The cells of a
 * comparison are made one after the other, and then its sheet, a picture as well. Knows no widgets. All of it on the
 * main thread.
 *
 * Property "running": a job is being worked on. Signals:
 * - "progressed": the job came further (sf_studio_get_progress());
 * - "finished" (guint n): all is done, n pictures since it last was;
 * - "failed" (GError): a job ended early, not by sf_studio_stop(), and is marked so in the queue;
 * - "noticed" (string): something is done otherwise than asked, in a sentence;
 * - "unsaved" (SfPainting, GError): a picture is in the list but could not be saved yet;
 * - "saved-late" (SfPainting): it could now.
 */
SfStudio *sf_studio_new (SfEngine *engine, SfQueue *queue) G_GNUC_WARN_UNUSED_RESULT;

SfEngine *sf_studio_get_engine (SfStudio *self);
SfQueue *sf_studio_get_queue (SfStudio *self);

/* The latest pictures of this session as SfPainting, the newest first; a running one is the first of all. */
GListModel *sf_studio_get_paintings (SfStudio *self);

/* Puts one that was made elsewhere among them, as the newest of those that are made. */
void sf_studio_add_painting (SfStudio *self, SfPainting *painting);

/* Takes one that is made out of them. */
void sf_studio_remove_painting (SfStudio *self, SfPainting *painting);

/* How files are named from now on: a pattern for sf_file_name_expand(). */
void sf_studio_set_file_name (SfStudio *self, const char *pattern);

/* A studio works while it is open, and begins closed. Closing puts what runs back into the queue; the picture in work is
 * lost, "running" tells when the rest is safe. */
void sf_studio_set_open (SfStudio *self, gboolean open);

/* Ends the job that runs and takes it out of the queue; its finished pictures stay. */
void sf_studio_stop (SfStudio *self);

/* The same after the picture in work, which is finished with its next step and stays as well. */
void sf_studio_stop_and_keep (SfStudio *self);

gboolean sf_studio_is_running (SfStudio *self);
const SfProgress *sf_studio_get_progress (SfStudio *self);

/* How far the job that runs is, 0 ... 1; one without an end: its picture. */
double sf_studio_get_job_fraction (SfStudio *self);
/* Until the queue is empty; negative while unknown or without an end. */
double sf_studio_get_seconds_left (SfStudio *self);

/* Seconds that @request will take, negative while unknown. */
double sf_studio_forecast (SfStudio *self, const SfRequest *request);
/* The same for the cells of a comparison from one on. */
double sf_studio_forecast_comparison (SfStudio *self, const SfComparison *comparison, guint first);

G_END_DECLS
