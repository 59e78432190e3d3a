/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-engine-private.h"

#include "engine/sf-generation.h"
#include "engine/sf-model-path.h"

struct _SfEngine
{
  GObject parent_instance;

  SfSession *session; /* owned by the worker */
  SfWorker *worker;
};

G_DEFINE_TYPE (SfEngine, sf_engine, G_TYPE_OBJECT)

static void
sf_engine_finalize (GObject *object)
{
  SfEngine *self = SF_ENGINE (object);

  sf_worker_free (self->worker);

  G_OBJECT_CLASS (sf_engine_parent_class)->finalize (object);
}

static void
sf_engine_class_init (SfEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sf_engine_finalize;
}

static void
sf_engine_init (SfEngine *self)
{
  self->session = sf_session_new (NULL);
  self->worker = sf_worker_new (self->session);
}

SfEngine *
sf_engine_new (const char *device)
{
  SfEngine *self = g_object_new (SF_TYPE_ENGINE, NULL);

  sf_session_select_device (self->session, device);

  return self;
}

void
sf_engine_set_device (SfEngine *self, const char *device)
{
  g_return_if_fail (SF_IS_ENGINE (self));

  sf_session_select_device (self->session, device);
}

void
sf_engine_set_memory (SfEngine *self, SfMemoryMode memory)
{
  g_return_if_fail (SF_IS_ENGINE (self));

  sf_session_select_memory (self->session, memory);
}

const SfNamed *const *
sf_memory_mode_list (void)
{
  static const SfNamed automatic = { "auto", "Automatic" };
  static const SfNamed normal = { "normal", "Normal" };
  static const SfNamed low = { "low", "Low" };
  static const SfNamed lowest = { "lowest", "Lowest" };
  static const SfNamed *const modes[] = {
    [SF_MEMORY_AUTO] = &automatic,
    [SF_MEMORY_NORMAL] = &normal,
    [SF_MEMORY_LOW] = &low,
    [SF_MEMORY_LOWEST] = &lowest,
    NULL,
  };

  return modes;
}

void
sf_engine_finish_early (SfEngine *self)
{
  g_return_if_fail (SF_IS_ENGINE (self));

  g_atomic_int_set (&self->session->finish_early, TRUE);
}

char *
sf_engine_dup_device_name (SfEngine *self)
{
  g_return_val_if_fail (SF_IS_ENGINE (self), NULL);

  return sf_session_dup_device_name (self->session);
}

guint64
sf_engine_get_peak_device_bytes (SfEngine *self)
{
  g_return_val_if_fail (SF_IS_ENGINE (self), 0);

  return sf_session_get_peak_bytes (self->session);
}

char *
sf_engine_find_model (const char *model, GError **error)
{
  return sf_model_path_find (model, error);
}

char *
sf_engine_find_taesd (const char *model)
{
  g_autofree char *path = sf_model_path_find (model, NULL);

  return path != NULL ? sf_model_path_find_taesd (path) : NULL;
}

gpointer
sf_engine_run_job (SfEngine *self, SfJobFunc run, gpointer data, GCancellable *cancellable,
                   GError **error)
{
  return sf_worker_run (self->worker, run, data, cancellable, error);
}

typedef struct
{
  char *model;
  SfPrecision precision;
} LoadJob;

static void
load_job_free (gpointer data)
{
  LoadJob *job = data;

  g_free (job->model);
  g_free (job);
}

/* SfJobFunc; the result only says that it went well. */
static gpointer
run_load_job (SfSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const LoadJob *job = data;
  const SfModelSource source = { .model = job->model, .precision = job->precision };
  const SfPassSize guided = { .batch = 2, .tokens = SF_TOKENIZER_CONTEXT };
  SfPictureSize size = { .clip_skip = 1, .step_cache = 1 };

  if (!sf_session_open_painter (session, &source, error))
    return NULL;

  size.width = size.height = sf_model_get_config (session->model)->family.native_size;
  return sf_session_prepare (session, &size, &guided, 1, cancellable, error) ? session : NULL;
}

void
sf_engine_load_async (SfEngine *self, const char *model, SfPrecision precision,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  LoadJob *job;

  g_return_if_fail (SF_IS_ENGINE (self));

  job = g_new0 (LoadJob, 1);
  *job = (LoadJob){ g_strdup (model), precision };
  g_task_set_source_tag (task, sf_engine_load_async);
  g_task_set_task_data (task, job, load_job_free);
  sf_worker_queue (self->worker, run_load_job, task, NULL);
}

gboolean
sf_engine_load_finish (SfEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_pointer (G_TASK (result), error) != NULL;
}

typedef struct
{
  SfRequest *request;
  SfEventFunc event;
  gpointer event_data;
  GMainContext *context; /* where events are sent; NULL: called at once */
} GenerateJob;

static void
generate_job_free (gpointer data)
{
  GenerateJob *job = data;

  sf_request_free (job->request);
  g_clear_pointer (&job->context, g_main_context_unref);
  g_free (job);
}

/* A copy of an event on its way to the caller's main context. */
typedef struct
{
  SfEventFunc func;
  gpointer func_data;
  SfEvent event;
  char *notice;
} Letter;

static void
letter_free (gpointer data)
{
  Letter *letter = data;

  g_clear_pointer (&letter->event.picture, sf_picture_unref);
  g_free (letter->notice);
  g_free (letter);
}

static gboolean
letter_arrived_cb (gpointer data)
{
  const Letter *letter = data;

  letter->func (&letter->event, letter->func_data);
  return G_SOURCE_REMOVE;
}

/* SfEventFunc on the engine's thread. Of the priority of the task that ends the request,
 * so that everything arrives in order. */
static void
post_event (const SfEvent *event, gpointer user_data)
{
  const GenerateJob *job = user_data;
  g_autoptr (GSource) source = g_idle_source_new ();
  Letter *letter = g_new (Letter, 1);

  *letter = (Letter){ job->event, job->event_data, *event };
  if (event->picture != NULL)
    sf_picture_ref (event->picture);
  letter->notice = g_strdup (event->notice);
  letter->event.notice = letter->notice;

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, letter_arrived_cb, letter, letter_free);
  g_source_attach (source, job->context);
}

/* SfJobFunc */
static gpointer
run_generate_job (SfSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  GenerateJob *job = data;

  if (job->event == NULL || job->context == NULL)
    return sf_generation_run (session, job->request, job->event, job->event_data, cancellable,
                              error);

  return sf_generation_run (session, job->request, post_event, job, cancellable, error);
}

void
sf_engine_generate_async (SfEngine *self, const SfRequest *request, SfEventFunc event,
                          gpointer event_data, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GenerateJob *job;

  g_return_if_fail (SF_IS_ENGINE (self));
  g_return_if_fail (request != NULL);

  job = g_new0 (GenerateJob, 1);
  *job = (GenerateJob){
    .request = sf_request_copy (request),
    .event = event,
    .event_data = event_data,
    .context = g_main_context_ref_thread_default (),
  };
  g_task_set_source_tag (task, sf_engine_generate_async);
  g_task_set_task_data (task, job, generate_job_free);
  sf_worker_queue (self->worker, run_generate_job, task, (GDestroyNotify) g_ptr_array_unref);
}

GPtrArray *
sf_engine_generate_finish (SfEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

GPtrArray *
sf_engine_generate (SfEngine *self, const SfRequest *request, SfEventFunc event,
                    gpointer event_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (SfRequest) copy = NULL;
  GenerateJob job;

  g_return_val_if_fail (SF_IS_ENGINE (self), NULL);
  g_return_val_if_fail (request != NULL, NULL);

  copy = sf_request_copy (request);
  job = (GenerateJob){ .request = copy, .event = event, .event_data = event_data };

  return sf_engine_run_job (self, run_generate_job, &job, cancellable, error);
}
