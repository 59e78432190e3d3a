/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-studio.h"

#include "sf-forecast.h"

struct _SfStudio
{
  GObject parent_instance;

  SfEngine *engine;
  GListStore *paintings;
  SfForecast forecast;

  /* Of the run */
  SfRequest *request;
  char *folder;
  GCancellable *cancellable; /* NULL when the engine has no work of ours */
  SfPainting *painting;      /* in work, first in the list */
  SfProgress progress;
  guint n_made;
  GQueue unsaved; /* of SaveTask, finished pictures that wait for the disk */
  gboolean saving;
  gboolean running;
  GError *error; /* why the run ended early */
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
  UNSAVED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfStudio, sf_studio, G_TYPE_OBJECT)

typedef struct
{
  SfPainting *painting;
  SfPicture *picture;
  char *folder;
} SaveTask;

static void save_next (SfStudio *self);

static void
save_task_free (SaveTask *save)
{
  g_object_unref (save->painting);
  sf_picture_unref (save->picture);
  g_free (save->folder);
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

static void
begin_painting (SfStudio *self)
{
  self->painting = sf_painting_new (self->request);
  g_list_store_insert (self->paintings, 0, self->painting);
}

/* The run is over once the engine is done and the last picture is on the disk. */
static void
end_if_done (SfStudio *self)
{
  if (self->cancellable != NULL || self->saving)
    return;

  g_autoptr (GError) error = g_steal_pointer (&self->error);
  guint n_made = self->n_made;

  g_clear_pointer (&self->request, sf_request_free);
  self->running = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);

  if (error == NULL)
    g_signal_emit (self, signals[FINISHED], 0, n_made);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[FAILED], 0, error);
}

static void
save_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const SaveTask *save = task_data;
  GError *error = NULL;
  char *path = sf_picture_save_in_folder (save->picture, save->folder, &error);

  if (path != NULL)
    g_task_return_pointer (task, path, g_free);
  else
    g_task_return_error (task, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SfStudio *self = SF_STUDIO (source);
  const SaveTask *save = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_task_propagate_pointer (G_TASK (result), &error);

  self->saving = FALSE;
  self->n_made++;
  sf_painting_complete (save->painting, save->picture, path);
  if (error != NULL)
    g_signal_emit (self, signals[UNSAVED], 0, save->painting, error);
  save_next (self);
  end_if_done (self);
}

static void
save_next (SfStudio *self)
{
  SaveTask *save = g_queue_pop_head (&self->unsaved);

  if (save == NULL)
    return;

  g_autoptr (GTask) task = g_task_new (self, NULL, saved_cb, NULL);
  self->saving = TRUE;
  g_task_set_task_data (task, save, (GDestroyNotify) save_task_free);
  g_task_run_in_thread (task, save_thread);
}

static void
engine_event_cb (const SfEvent *event, gpointer user_data)
{
  SfStudio *self = user_data;

  sf_forecast_observe (&self->forecast, self->request, event, g_get_monotonic_time ());
  sf_progress_take_event (&self->progress, event);

  if (self->painting == NULL)
    begin_painting (self);

  if (event->kind == SF_EVENT_PREVIEW)
    sf_painting_set_preview (self->painting, event->picture);

  if (event->kind == SF_EVENT_PICTURE)
    {
      SaveTask *save = g_new (SaveTask, 1);

      save->painting = g_steal_pointer (&self->painting);
      save->picture = sf_picture_ref (event->picture);
      save->folder = g_strdup (self->folder);
      g_queue_push_tail (&self->unsaved, save);
      if (!self->saving)
        save_next (self);
    }
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

SfStudio *
sf_studio_new (SfEngine *engine)
{
  SfStudio *self = g_object_new (SF_TYPE_STUDIO, NULL);

  self->engine = g_object_ref (engine);
  return self;
}

SfEngine *
sf_studio_get_engine (SfStudio *self)
{
  g_return_val_if_fail (SF_IS_STUDIO (self), NULL);

  return self->engine;
}

GListModel *
sf_studio_get_paintings (SfStudio *self)
{
  g_return_val_if_fail (SF_IS_STUDIO (self), NULL);

  return G_LIST_MODEL (self->paintings);
}

void
sf_studio_start (SfStudio *self, const SfRequest *request, const char *folder)
{
  g_return_if_fail (SF_IS_STUDIO (self));
  g_return_if_fail (!self->running);

  g_autoptr (GError) error = NULL;
  if (!sf_request_validate (request, &error))
    {
      g_signal_emit (self, signals[FAILED], 0, error);
      return;
    }

  g_free (self->folder);
  self->folder = g_strdup (folder);
  self->request = sf_request_copy (request);
  self->progress = (SfProgress){ .picture_count = request->count,
                                 .steps = request->steps,
                                 .seconds_left = -1 };
  self->n_made = 0;
  self->cancellable = g_cancellable_new ();
  self->running = TRUE;
  begin_painting (self);
  sf_engine_generate_async (self->engine, request, engine_event_cb, self, self->cancellable,
                            generated_cb, g_object_ref (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  g_signal_emit (self, signals[PROGRESSED], 0);
}

void
sf_studio_stop (SfStudio *self)
{
  g_return_if_fail (SF_IS_STUDIO (self));

  g_cancellable_cancel (self->cancellable);
}

gboolean
sf_studio_is_running (SfStudio *self)
{
  g_return_val_if_fail (SF_IS_STUDIO (self), FALSE);

  return self->running;
}

const SfProgress *
sf_studio_get_progress (SfStudio *self)
{
  g_return_val_if_fail (SF_IS_STUDIO (self), NULL);

  return &self->progress;
}

double
sf_studio_forecast (SfStudio *self, const SfRequest *request)
{
  g_return_val_if_fail (SF_IS_STUDIO (self), -1);

  return sf_forecast_seconds (&self->forecast, request);
}

static void
sf_studio_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SfStudio *self = SF_STUDIO (object);

  switch (id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, self->running);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sf_studio_finalize (GObject *object)
{
  SfStudio *self = SF_STUDIO (object);

  g_clear_object (&self->engine);
  g_clear_object (&self->paintings);
  g_clear_pointer (&self->request, sf_request_free);
  g_clear_pointer (&self->folder, g_free);
  sf_forecast_clear (&self->forecast);
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
  signals[UNSAVED] = g_signal_new ("unsaved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, SF_TYPE_PAINTING, G_TYPE_ERROR);
}

static void
sf_studio_init (SfStudio *self)
{
  self->paintings = g_list_store_new (SF_TYPE_PAINTING);
  g_queue_init (&self->unsaved);
}
