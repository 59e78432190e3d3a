/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-hasher.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* <linux/ioprio.h>, which user space does not always have. */
#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_IDLE (3 << 13)

#define LEAST_NICE 19

struct _SfHasher
{
  GThread *thread;
  GAsyncQueue *jobs; /* of Job; the hasher itself is the end */
  GCancellable *cancellable;
};

typedef struct
{
  SfModelItem *item; /* touched on the main thread alone */
  char *path;
  gboolean is_folder;
  char *hash;
  char *brief;
} Job;

static void
job_free (Job *self)
{
  g_object_unref (self->item);
  g_free (self->path);
  g_free (self->hash);
  g_free (self->brief);
  g_free (self);
}

static gboolean
tell_cb (gpointer user_data)
{
  Job *job = user_data;

  sf_model_item_set_hash (job->item, job->hash, job->brief);
  return G_SOURCE_REMOVE;
}

static gboolean
drop_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

static void
step_back (void)
{
  setpriority (PRIO_PROCESS, (id_t) gettid (), LEAST_NICE);
  syscall (SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_IDLE);
}

static gpointer
hash_thread (gpointer data)
{
  SfHasher *self = data;
  gpointer next;

  step_back ();
  while ((next = g_async_queue_pop (self->jobs)) != self)
    {
      Job *job = next;

      if (!job->is_folder)
        job->brief = sf_engine_hash_model_briefly (job->path, self->cancellable, NULL);
      job->hash = sf_engine_hash_model (job->path, self->cancellable, NULL);
      g_idle_add_full (G_PRIORITY_LOW, job->hash != NULL ? tell_cb : drop_cb, job,
                       (GDestroyNotify) job_free);
    }
  return NULL;
}

SfHasher *
sf_hasher_new (void)
{
  SfHasher *self = g_new0 (SfHasher, 1);

  self->jobs = g_async_queue_new ();
  self->cancellable = g_cancellable_new ();
  self->thread = g_thread_new ("model hashes", hash_thread, self);
  return self;
}

void
sf_hasher_free (SfHasher *self)
{
  g_cancellable_cancel (self->cancellable);
  g_async_queue_push (self->jobs, self);
  g_thread_join (self->thread);
  g_async_queue_unref (self->jobs);
  g_object_unref (self->cancellable);
  g_free (self);
}

void
sf_hasher_add (SfHasher *self, SfModelItem *item)
{
  const SfModelRecord *record = sf_model_item_get_record (item);
  Job *job = g_new0 (Job, 1);

  job->item = g_object_ref (item);
  job->path = g_strdup (record->path);
  job->is_folder = record->is_folder;
  g_async_queue_push (self->jobs, job);
}
