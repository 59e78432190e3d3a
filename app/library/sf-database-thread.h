/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-database.h"

G_BEGIN_DECLS

/**
 * SfDatabaseThread: a thread with a connection of its own, on which work is done in the order in which it came.
 *
 * The connection is opened with the first work.
 */
typedef struct _SfDatabaseThread SfDatabaseThread;

/* Runs on the thread. Returns a result, or NULL with @error set. */
typedef gpointer (*SfDatabaseFunc) (SfDatabase *database, gpointer data, GCancellable *cancellable,
                                    GError **error);

SfDatabaseThread *sf_database_thread_new (const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* Waits for all work that was given to it. */
void sf_database_thread_free (SfDatabaseThread *self);

/* Returns the result of @run, which is given the task's data, through @task. */
void sf_database_thread_run (SfDatabaseThread *self, SfDatabaseFunc run, GTask *task,
                             GDestroyNotify free_result);

G_END_DECLS
