/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-database-thread.h"

struct _SfDatabaseThread
{
  GThreadPool *pool; /* of one thread */
  char *path;
  SfDatabase *database; /* on the thread */
};

typedef struct
{
  SfDatabaseFunc run;
  GTask *task;
  GDestroyNotify free_result;
} Work;

static void
work_cb (gpointer data, gpointer user_data)
{
  SfDatabaseThread *self = user_data;
  Work *work = data;
  GCancellable *cancellable = g_task_get_cancellable (work->task);
  GError *error = NULL;
  gpointer result = NULL;

  if (self->database == NULL)
    self->database = sf_database_open (self->path, &error);
  if (self->database != NULL && !g_cancellable_set_error_if_cancelled (cancellable, &error))
    result = work->run (self->database, g_task_get_task_data (work->task), cancellable, &error);

  if (error != NULL)
    g_task_return_error (work->task, error);
  else
    g_task_return_pointer (work->task, result, work->free_result);
  g_object_unref (work->task);
  g_free (work);
}

SfDatabaseThread *
sf_database_thread_new (const char *path)
{
  SfDatabaseThread *self = g_new0 (SfDatabaseThread, 1);

  self->path = g_strdup (path);
  self->pool = g_thread_pool_new (work_cb, self, 1, FALSE, NULL);
  return self;
}

void
sf_database_thread_free (SfDatabaseThread *self)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  sf_database_close (self->database);
  g_free (self->path);
  g_free (self);
}

void
sf_database_thread_run (SfDatabaseThread *self, SfDatabaseFunc run, GTask *task,
                        GDestroyNotify free_result)
{
  Work *work = g_new (Work, 1);

  work->run = run;
  work->task = g_object_ref (task);
  work->free_result = free_result;
  g_thread_pool_push (self->pool, work, NULL);
}
