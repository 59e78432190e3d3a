/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-worker.h"

/* Who waits for a job that has no task. */
typedef struct
{
  GMutex lock;
  GCond changed;
  gboolean done;
  gpointer result;
  GError *error;
} Wait;

typedef struct
{
  SfJobFunc run; /* NULL: stop the thread */
  gpointer data;
  GCancellable *cancellable;
  GTask *task;
  GDestroyNotify free_result;
  Wait *wait;
} Job;

/* Shared by the thread and the worker; the thread frees it. */
typedef struct
{
  GAsyncQueue *jobs;
  SfSession *session;
} Shop;

struct _SfWorker
{
  GThread *thread;
  GAsyncQueue *jobs;
};

static void
finish_job (Job *job, gpointer result, GError *error)
{
  if (job->task != NULL)
    {
      if (error != NULL)
        g_task_return_error (job->task, error);
      else
        g_task_return_pointer (job->task, result, job->free_result);
      g_object_unref (job->task);
    }
  else
    {
      Wait *wait = job->wait;

      g_mutex_lock (&wait->lock);
      wait->result = result;
      wait->error = error;
      wait->done = TRUE;
      g_cond_signal (&wait->changed);
      g_mutex_unlock (&wait->lock);
    }
}

static void
run_job (Job *job, SfSession *session)
{
  GError *error = NULL;
  gpointer result = NULL;

  if (!g_cancellable_set_error_if_cancelled (job->cancellable, &error))
    result = job->run (session, job->data, job->cancellable, &error);
  if (error != NULL)
    sf_session_recover (session, error);
  sf_session_note_memory (session);

  finish_job (job, result, error);
}

static gpointer
thread_main (gpointer data)
{
  Shop *shop = data;
  gboolean stop = FALSE;

  while (!stop)
    {
      g_autofree Job *job = g_async_queue_pop (shop->jobs);

      if (job->run == NULL)
        stop = TRUE;
      else
        run_job (job, shop->session);
    }

  sf_session_free (shop->session);
  g_async_queue_unref (shop->jobs);
  g_free (shop);

  return NULL;
}

SfWorker *
sf_worker_new (SfSession *session)
{
  SfWorker *self = g_new0 (SfWorker, 1);
  Shop *shop = g_new0 (Shop, 1);

  self->jobs = g_async_queue_new ();
  shop->jobs = g_async_queue_ref (self->jobs);
  shop->session = session;
  self->thread = g_thread_new ("sfumato-engine", thread_main, shop);

  return self;
}

void
sf_worker_free (SfWorker *self)
{
  g_async_queue_push (self->jobs, g_new0 (Job, 1));
  if (self->thread == g_thread_self ())
    g_thread_unref (self->thread);
  else
    g_thread_join (self->thread);

  g_async_queue_unref (self->jobs);
  g_free (self);
}

gpointer
sf_worker_run (SfWorker *self, SfJobFunc run, gpointer data, GCancellable *cancellable,
               GError **error)
{
  Wait wait = { .done = FALSE };
  Job *job;

  g_return_val_if_fail (self->thread != g_thread_self (), NULL);

  g_mutex_init (&wait.lock);
  g_cond_init (&wait.changed);
  job = g_new0 (Job, 1);
  *job = (Job){ .run = run, .data = data, .cancellable = cancellable, .wait = &wait };
  g_async_queue_push (self->jobs, job);

  g_mutex_lock (&wait.lock);
  while (!wait.done)
    g_cond_wait (&wait.changed, &wait.lock);
  g_mutex_unlock (&wait.lock);

  g_mutex_clear (&wait.lock);
  g_cond_clear (&wait.changed);
  if (wait.error != NULL)
    g_propagate_error (error, wait.error);

  return wait.result;
}

void
sf_worker_queue (SfWorker *self, SfJobFunc run, GTask *task, GDestroyNotify free_result)
{
  Job *job = g_new0 (Job, 1);

  *job = (Job){
    .run = run,
    .data = g_task_get_task_data (task),
    .cancellable = g_task_get_cancellable (task),
    .task = g_object_ref (task),
    .free_result = free_result,
  };
  g_async_queue_push (self->jobs, job);
}
