/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-studio.h"

#include "library/sf-file-name.h"
#include "sf-forecast.h"
#include "sf-sheet-job.h"

#define RETRY_SECONDS 3
#define MAX_PAINTINGS 50

struct _SfStudio
{
  GObject parent_instance;

  SfEngine *engine;
  SfQueue *queue;
  GListStore *paintings;
  SfForecast forecast;
  char *file_name; /* pattern */
  gboolean open;
  guint n_made; /* since all was done */

  /* Of the job that runs */
  SfJob *job;
  SfRequest *request;
  GCancellable *cancellable; /* NULL when the engine has no work of ours */
  SfPainting *painting;      /* in work, first in the list */
  SfProgress progress;
  gboolean drawing; /* the sheet of a comparison */
  gboolean keeping; /* it is not to go on after the picture in work */
  gboolean dropped; /* it is not to go on */
  gboolean yields;  /* the others go first */
  GError *error;    /* why it ended early */

  GQueue unsaved; /* of Save, finished pictures that wait for the disk */
  gboolean saving;
  guint retry_source; /* the disk has no room, or the like */
};

enum
{
  PROP_0,
  PROP_RUNNING,
  N_PROPS
};

enum
{
  PROGRESSED,
  FINISHED,
  FAILED,
  NOTICED,
  UNSAVED,
  SAVED_LATE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfStudio, sf_studio, G_TYPE_OBJECT)

/* A finished picture on its way to the disk and into the library. */
typedef struct
{
  SfPainting *painting;
  SfPicture *picture;
  SfJob *job;
  char *path; /* once the file is there */
} Save;

static void save_next (SfStudio *self);
static void draw_sheet (SfStudio *self);
static void end_if_done (SfStudio *self);
static void go_on (SfStudio *self);

static void
save_free (Save *save)
{
  g_object_unref (save->painting);
  sf_picture_unref (save->picture);
  g_object_unref (save->job);
  g_free (save->path);
  g_free (save);
}

static void
drop_painting (SfStudio *self)
{
  guint position;

  if (self->painting == NULL)
    return;
  if (g_list_store_find (self->paintings, self->painting, &position))
    g_list_store_remove (self->paintings, position);
  g_clear_object (&self->painting);
}

/* The oldest that is safe in the library makes way. */
static void
bound_paintings (SfStudio *self)
{
  guint last = g_list_model_get_n_items (G_LIST_MODEL (self->paintings)) - 1;

  if (last < MAX_PAINTINGS)
    return;
  g_autoptr (SfPainting) oldest = g_list_model_get_item (G_LIST_MODEL (self->paintings), last);
  if (sf_painting_get_path (oldest) != NULL)
    g_list_store_remove (self->paintings, last);
}

static void
begin_painting (SfStudio *self)
{
  self->painting = sf_painting_new (self->request);
  g_list_store_insert (self->paintings, 0, self->painting);
  bound_paintings (self);
}

/* Back into the queue, unless there is nothing left to do. */
static void
put_back (SfStudio *self, SfJob *job)
{
  g_autoptr (SfRequest) remaining = sf_job_dup_remaining (job);

  if (remaining == NULL && sf_job_get_comparison (job) == NULL)
    {
      sf_queue_remove (self->queue, job);
      return;
    }
  sf_queue_put_back (self->queue, job);
  if (self->yields)
    sf_queue_move (self->queue, job, G_MAXUINT);
}

/* Of a comparison whose cells are all made. */
static gboolean
needs_sheet (SfStudio *self)
{
  g_autoptr (SfRequest) remaining = sf_job_dup_remaining (self->job);

  return sf_job_get_comparison (self->job) != NULL && remaining == NULL && self->error == NULL
         && !self->dropped && !self->keeping && self->open;
}

static gboolean
is_failure (SfStudio *self)
{
  return self->error != NULL && !self->dropped
         && !g_error_matches (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* All is done, or there is nothing that may be done now. */
static void
rest (SfStudio *self)
{
  guint n_made = self->n_made;

  self->n_made = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  if (n_made > 0 && self->open)
    g_signal_emit (self, signals[FINISHED], 0, n_made);
}

static void
sheet_drawn_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfStudio) self = user_data;
  g_autofree char *path = NULL;
  g_autoptr (SfPicture) picture = sf_sheet_job_run_finish (result, &path, &self->error);

  self->drawing = FALSE;
  if (picture != NULL)
    {
      g_autoptr (SfPainting) sheet = sf_painting_new (sf_job_get_request (self->job));

      sf_painting_complete (sheet, picture, path);
      g_list_store_insert (self->paintings, 0, sheet);
      bound_paintings (self);
      self->dropped = TRUE; /* all is done */
    }
  end_if_done (self);
}

static void
draw_sheet (SfStudio *self)
{
  self->drawing = TRUE;
  self->progress.stage = SF_STAGE_DECODING;
  g_signal_emit (self, signals[PROGRESSED], 0);
  sf_sheet_job_run_async (sf_queue_get_library (self->queue), self->job, self->file_name,
                          sheet_drawn_cb, g_object_ref (self));
}

/* The job is over once the engine is done and the last picture is on the disk. */
static void
end_if_done (SfStudio *self)
{
  if (self->job == NULL || self->cancellable != NULL || !g_queue_is_empty (&self->unsaved)
      || self->drawing)
    return;
  if (needs_sheet (self))
    {
      draw_sheet (self);
      return;
    }

  gboolean failed = is_failure (self);
  g_autoptr (GError) error = g_steal_pointer (&self->error);

  if (self->dropped || (self->keeping && !failed))
    sf_queue_remove (self->queue, self->job);
  else if (failed)
    sf_queue_fail (self->queue, self->job, error->message);
  else
    put_back (self, self->job);
  g_clear_object (&self->job);
  g_clear_pointer (&self->request, sf_request_free);

  if (failed)
    g_signal_emit (self, signals[FAILED], 0, error);
  go_on (self);
  if (self->job == NULL)
    rest (self);
}

static gboolean
retry_cb (gpointer user_data)
{
  SfStudio *self = user_data;

  self->retry_source = 0;
  save_next (self);
  return G_SOURCE_REMOVE;
}

/* Gives up what cannot be saved. */
static void
let_go (SfStudio *self)
{
  if (self->retry_source == 0)
    return;
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_queue_clear_full (&self->unsaved, (GDestroyNotify) save_free);
  end_if_done (self);
}

/* The picture is shown, but is not safe. */
static void
hold (SfStudio *self, Save *save, const GError *error)
{
  gboolean is_new = sf_painting_is_running (save->painting);

  if (is_new)
    sf_painting_complete (save->painting, save->picture, NULL);
  self->retry_source = g_timeout_add_seconds (RETRY_SECONDS, retry_cb, self);
  if (is_new)
    g_signal_emit (self, signals[UNSAVED], 0, save->painting, error);
  if (self->dropped || !self->open)
    let_go (self);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfStudio) self = user_data;
  Save *save = g_queue_peek_head (&self->unsaved);
  g_autoptr (GError) error = NULL;

  self->saving = FALSE;
  if (!sf_library_change_finish (sf_queue_get_library (self->queue), result, &error))
    {
      hold (self, save, error);
      return;
    }

  self->n_made++;
  sf_job_count_picture (save->job);
  if (sf_painting_is_running (save->painting))
    sf_painting_complete (save->painting, save->picture, save->path);
  else
    {
      sf_painting_set_path (save->painting, save->path);
      g_signal_emit (self, signals[SAVED_LATE], 0, save->painting);
    }
  save_free (g_queue_pop_head (&self->unsaved));
  save_next (self);
  end_if_done (self);
}

static void
add_to_library (SfStudio *self, const Save *save)
{
  self->saving = TRUE;
  sf_library_add_async (sf_queue_get_library (self->queue), save->path, sf_job_get_id (save->job),
                        added_cb, g_object_ref (self));
}

/* @task_data: what is to be written, where. */
typedef struct
{
  SfPicture *picture;
  char *folder;
  char *name;
} WriteOrder;

static void
write_order_free (WriteOrder *order)
{
  sf_picture_unref (order->picture);
  g_free (order->folder);
  g_free (order->name);
  g_free (order);
}

static void
write_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const WriteOrder *order = task_data;
  GError *error = NULL;
  char *path = sf_picture_save_in_folder (order->picture, order->folder, order->name, &error);

  if (path != NULL)
    g_task_return_pointer (task, path, g_free);
  else
    g_task_return_error (task, error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SfStudio *self = SF_STUDIO (source);
  Save *save = g_queue_peek_head (&self->unsaved);
  g_autoptr (GError) error = NULL;

  self->saving = FALSE;
  save->path = g_task_propagate_pointer (G_TASK (result), &error);
  if (save->path != NULL)
    add_to_library (self, save);
  else
    hold (self, save, error);
}

static char *
make_name (SfStudio *self, const SfRequest *request, guint64 seed)
{
  g_autoptr (SfRequest) own = sf_request_copy (request);

  own->seed = seed;
  return sf_file_name_expand (self->file_name, own);
}

static void
save_next (SfStudio *self)
{
  Save *save = g_queue_peek_head (&self->unsaved);

  if (save == NULL || self->saving || self->retry_source != 0)
    return;
  if (save->path != NULL)
    {
      add_to_library (self, save);
      return;
    }

  WriteOrder *order = g_new (WriteOrder, 1);
  g_autoptr (GTask) task = g_task_new (self, NULL, written_cb, NULL);
  order->picture = sf_picture_ref (save->picture);
  order->folder = g_strdup (sf_job_get_folder (save->job));
  order->name = make_name (self, sf_painting_get_request (save->painting), save->picture->seed);
  g_task_set_task_data (task, order, (GDestroyNotify) write_order_free);
  self->saving = TRUE;
  g_task_run_in_thread (task, write_thread);
}

/* Between two pictures is the time to do something else. */
static void
pause_for_others (SfStudio *self)
{
  SfJob *next = sf_queue_peek (self->queue);

  self->yields = sf_job_is_endless (self->job) && next != NULL;
  if (self->keeping || self->yields || sf_queue_is_paused (self->queue) || self->retry_source != 0)
    g_cancellable_cancel (self->cancellable);
}

static void
take_picture (SfStudio *self, SfPicture *picture)
{
  Save *save = g_new0 (Save, 1);

  save->painting = g_steal_pointer (&self->painting);
  save->picture = sf_picture_ref (picture);
  save->job = g_object_ref (self->job);
  g_queue_push_tail (&self->unsaved, save);
  save_next (self);
  pause_for_others (self);
}

/* Progress of a comparison is that of all its cells. */
static void
count_cells (SfStudio *self)
{
  SfComparison *comparison = sf_job_get_comparison (self->job);
  guint n_made = (guint) sf_job_get_n_made (self->job);
  double more = sf_studio_forecast_comparison (self, comparison, n_made + 1);

  self->progress.picture_index = n_made;
  self->progress.picture_count = sf_comparison_get_n_cells (comparison);
  if (self->progress.seconds_left >= 0)
    self->progress.seconds_left = more >= 0 ? self->progress.seconds_left + more : -1;
}

static void
engine_event_cb (const SfEvent *event, gpointer user_data)
{
  SfStudio *self = user_data;

  sf_forecast_observe (&self->forecast, self->request, event, g_get_monotonic_time ());
  sf_progress_take_event (&self->progress, event);
  if (sf_job_get_comparison (self->job) != NULL)
    count_cells (self);
  if (sf_job_is_endless (self->job))
    {
      self->progress.picture_count = 0;
      self->progress.seconds_left = -1;
    }

  /* What was begun when it was stopped does not show. */
  if (self->painting == NULL && g_cancellable_is_cancelled (self->cancellable)
      && event->kind != SF_EVENT_PICTURE)
    return;
  if (self->painting == NULL)
    begin_painting (self);

  if (event->kind == SF_EVENT_NOTICE)
    g_signal_emit (self, signals[NOTICED], 0, event->notice);
  if (event->kind == SF_EVENT_PREVIEW)
    sf_painting_set_preview (self->painting, event->picture);

  if (event->kind == SF_EVENT_PICTURE)
    take_picture (self, event->picture);
  else
    sf_painting_set_fraction (self->painting, sf_progress_get_fraction (&self->progress));

  g_signal_emit (self, signals[PROGRESSED], 0);
}

static void
generated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SfStudio) self = user_data;
  g_autoptr (GPtrArray)
      pictures = sf_engine_generate_finish (SF_ENGINE (source), result, &self->error);

  g_clear_object (&self->cancellable);
  drop_painting (self);
  end_if_done (self);
}

static void
begin (SfStudio *self, SfJob *job)
{
  self->job = g_object_ref (job);
  self->request = sf_job_dup_remaining (job);
  self->dropped = FALSE;
  self->keeping = FALSE;
  self->yields = FALSE;
  self->progress = (SfProgress){ .picture_count = sf_job_get_n_pictures (job), .seconds_left = -1 };
  sf_queue_begin (self->queue, job);
  if (self->request == NULL)
    {
      draw_sheet (self);
      return;
    }
  self->progress.steps = self->request->steps;
  if (sf_job_get_comparison (job) != NULL)
    count_cells (self);
  else
    self->progress.picture_count = self->request->count;
  self->cancellable = g_cancellable_new ();
  begin_painting (self);
  sf_engine_generate_async (self->engine, self->request, engine_event_cb, self, self->cancellable,
                            generated_cb, g_object_ref (self));
  g_signal_emit (self, signals[PROGRESSED], 0);
}

/* The next job, if there is one and this is the time for it. */
static void
go_on (SfStudio *self)
{
  SfJob *job = sf_queue_peek (self->queue);

  if (self->open && self->job == NULL && !sf_queue_is_paused (self->queue) && job != NULL)
    begin (self, job);
}

static void
queue_changed_cb (SfStudio *self)
{
  if (self->job != NULL)
    return;
  go_on (self);
  if (self->job != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

SfStudio *
sf_studio_new (SfEngine *engine, SfQueue *queue)
{
  SfStudio *self = g_object_new (SF_TYPE_STUDIO, NULL);

  self->engine = g_object_ref (engine);
  self->queue = g_object_ref (queue);
  g_signal_connect_object (queue, "notify::n-left", G_CALLBACK (queue_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "notify::paused", G_CALLBACK (queue_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

SfEngine *
sf_studio_get_engine (SfStudio *self)
{
  g_return_val_if_fail (SF_IS_STUDIO (self), NULL);

  return self->engine;
}

SfQueue *
sf_studio_get_queue (SfStudio *self)
{
  g_return_val_if_fail (SF_IS_STUDIO (self), NULL);

  return self->queue;
}

GListModel *
sf_studio_get_paintings (SfStudio *self)
{
  g_return_val_if_fail (SF_IS_STUDIO (self), NULL);

  return G_LIST_MODEL (self->paintings);
}

void
sf_studio_add_painting (SfStudio *self, SfPainting *painting)
{
  g_return_if_fail (SF_IS_STUDIO (self));
  g_return_if_fail (!sf_painting_is_running (painting));

  g_list_store_insert (self->paintings, self->painting != NULL ? 1 : 0, painting);
  bound_paintings (self);
}

void
sf_studio_remove_painting (SfStudio *self, SfPainting *painting)
{
  guint position;

  g_return_if_fail (SF_IS_STUDIO (self));
  g_return_if_fail (!sf_painting_is_running (painting));

  if (g_list_store_find (self->paintings, painting, &position))
    g_list_store_remove (self->paintings, position);
}

void
sf_studio_set_file_name (SfStudio *self, const char *pattern)
{
  g_return_if_fail (SF_IS_STUDIO (self));

  g_free (self->file_name);
  self->file_name = g_strdup (pattern);
}

void
sf_studio_set_open (SfStudio *self, gboolean open)
{
  g_return_if_fail (SF_IS_STUDIO (self));

  self->open = open;
  if (open)
    {
      queue_changed_cb (self);
      return;
    }
  g_cancellable_cancel (self->cancellable);
  let_go (self);
}

void
sf_studio_stop (SfStudio *self)
{
  g_return_if_fail (SF_IS_STUDIO (self));

  self->dropped = TRUE;
  g_cancellable_cancel (self->cancellable);
  let_go (self);
}

void
sf_studio_stop_and_keep (SfStudio *self)
{
  g_return_if_fail (SF_IS_STUDIO (self));

  self->keeping = TRUE;
  sf_engine_finish_early (self->engine);
}

gboolean
sf_studio_is_running (SfStudio *self)
{
  g_return_val_if_fail (SF_IS_STUDIO (self), FALSE);

  return self->job != NULL;
}

const SfProgress *
sf_studio_get_progress (SfStudio *self)
{
  g_return_val_if_fail (SF_IS_STUDIO (self), NULL);

  return &self->progress;
}

double
sf_studio_get_job_fraction (SfStudio *self)
{
  g_return_val_if_fail (SF_IS_STUDIO (self), 0);

  double fraction = sf_progress_get_fraction (&self->progress);

  if (self->job == NULL)
    return 0;
  if (sf_job_is_endless (self->job))
    return fraction;

  guint count = sf_job_get_n_pictures (self->job);
  guint n_done = (guint) sf_job_get_n_made (self->job);
  if (sf_job_get_comparison (self->job) == NULL)
    n_done = count - self->request->count + self->progress.picture_index;
  return MIN ((n_done + fraction) / count, 1);
}

double
sf_studio_get_seconds_left (SfStudio *self)
{
  double seconds = 0;

  g_return_val_if_fail (SF_IS_STUDIO (self), -1);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->queue)); i++)
    {
      g_autoptr (SfJob) job = g_list_model_get_item (G_LIST_MODEL (self->queue), i);
      g_autoptr (SfRequest) remaining = sf_job_dup_remaining (job);
      double more;

      if (sf_job_get_state (job) == SF_JOB_FAILED || remaining == NULL)
        continue;
      if (job == self->job)
        more = self->progress.seconds_left;
      else if (sf_job_get_comparison (job) != NULL)
        more = sf_studio_forecast_comparison (self, sf_job_get_comparison (job),
                                              (guint) sf_job_get_n_made (job));
      else
        more = sf_studio_forecast (self, remaining);
      if (more < 0 || sf_job_is_endless (job))
        return -1;
      seconds += more;
    }
  return seconds;
}

double
sf_studio_forecast (SfStudio *self, const SfRequest *request)
{
  g_return_val_if_fail (SF_IS_STUDIO (self), -1);

  return sf_forecast_seconds (&self->forecast, request);
}

double
sf_studio_forecast_comparison (SfStudio *self, const SfComparison *comparison, guint first)
{
  double seconds = 0;

  g_return_val_if_fail (SF_IS_STUDIO (self), -1);

  for (guint i = first; i < sf_comparison_get_n_cells (comparison); i++)
    {
      g_autoptr (SfRequest) cell = sf_comparison_dup_cell (comparison, i);
      double more = sf_studio_forecast (self, cell);

      if (more < 0)
        return -1;
      seconds += more;
    }
  return seconds;
}

static void
sf_studio_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfStudio *self = SF_STUDIO (object);

  switch (id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, sf_studio_is_running (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_studio_finalize (GObject *object)
{
  SfStudio *self = SF_STUDIO (object);

  let_go (self);
  g_clear_object (&self->engine);
  g_clear_object (&self->queue);
  g_clear_object (&self->paintings);
  sf_forecast_clear (&self->forecast);
  g_free (self->file_name);
  G_OBJECT_CLASS (sf_studio_parent_class)->finalize (object);
}

static void
sf_studio_class_init (SfStudioClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_OBJECT_CLASS_TYPE (klass);

  object_class->get_property = sf_studio_get_property;
  object_class->finalize = sf_studio_finalize;

  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[PROGRESSED] = g_signal_new ("progressed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 0);
  signals[FINISHED] = g_signal_new ("finished", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[NOTICED] = g_signal_new ("noticed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[UNSAVED] = g_signal_new ("unsaved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, SF_TYPE_PAINTING, G_TYPE_ERROR);
  signals[SAVED_LATE] = g_signal_new ("saved-late", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, SF_TYPE_PAINTING);
}

static void
sf_studio_init (SfStudio *self)
{
  self->paintings = g_list_store_new (SF_TYPE_PAINTING);
  self->file_name = g_strdup ("");
  g_queue_init (&self->unsaved);
}
