/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sf-session.h"

G_BEGIN_DECLS

/**
 * SfWorker: the engine's thread and what waits for it.
 *
 * The thread owns the session; jobs run on it one after the other in the order in which
 * they came. A job that was cancelled while it waited is not begun.
 */
typedef struct _SfWorker SfWorker;

/* Runs on the worker's thread. Returns a result, or NULL with @error set. */
typedef gpointer (*SfJobFunc) (SfSession *session, gpointer data, GCancellable *cancellable,
                               GError **error);

/* Takes @session. */
SfWorker *sf_worker_new (SfSession *session) G_GNUC_WARN_UNUSED_RESULT;

/* Waits for the jobs that are queued, unless called by one of them, and closes the session. */
void sf_worker_free (SfWorker *self);

/* Waits for the result. Not from a job. */
gpointer sf_worker_run (SfWorker *self, SfJobFunc run, gpointer data, GCancellable *cancellable,
                        GError **error);

/* Returns the result through @task, whose task data is the job's data. */
void sf_worker_queue (SfWorker *self, SfJobFunc run, GTask *task, GDestroyNotify free_result);

G_END_DECLS
