/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-job.h"
#include "sf-library.h"

G_BEGIN_DECLS

#define SF_TYPE_QUEUE (sf_queue_get_type ())
G_DECLARE_FINAL_TYPE (SfQueue, sf_queue, SF, QUEUE, GObject)

/**
 * SfQueue: the jobs that wait, in their order, and the one that runs, as a GListModel of SfJob. Jobs that failed stay
 * until they are removed or tried again.
 *
 * It is kept in the library's file: after a crash it is as it was, with the pictures counted that are in the library.
 * A job that ran waits again then. On the main thread.
 *
 * Properties, with notification: "paused" (nothing new is begun), "n-left" (jobs that run or wait).
 */

SfQueue *sf_queue_new (SfLibrary *library, GError **error) G_GNUC_WARN_UNUSED_RESULT;

SfLibrary *sf_queue_get_library (SfQueue *self);

/* The last job, or the next one for @first. @request is copied. */
SfJob *sf_queue_add (SfQueue *self, const SfRequest *request, const char *folder, gboolean endless,
                     gboolean first);
/* The same for the cells of a comparison. */
SfJob *sf_queue_add_comparison (SfQueue *self, SfComparison *comparison, const char *folder,
                                gboolean first);
void sf_queue_remove (SfQueue *self, SfJob *job);
/* All but the one that runs. */
void sf_queue_clear (SfQueue *self);
/* @position is one after the job was taken out. What runs stays first. */
void sf_queue_move (SfQueue *self, SfJob *job, guint position);
gboolean sf_queue_find (SfQueue *self, SfJob *job, guint *position);

/* Lets a failed job wait again. */
void sf_queue_retry (SfQueue *self, SfJob *job);

void sf_queue_set_paused (SfQueue *self, gboolean paused);
gboolean sf_queue_is_paused (SfQueue *self);
guint sf_queue_count_left (SfQueue *self);

/* For who works it off. The next job that waits, or NULL; not owned by the caller. */
SfJob *sf_queue_peek (SfQueue *self);
/* Moves it to the front. */
void sf_queue_begin (SfQueue *self, SfJob *job);
/* A job that runs is to wait on, or has failed. */
void sf_queue_put_back (SfQueue *self, SfJob *job);
void sf_queue_fail (SfQueue *self, SfJob *job, const char *failure);

G_END_DECLS
