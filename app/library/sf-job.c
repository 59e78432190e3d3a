/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-job.h"

/* Pictures asked for at once by a job that has no end. */
#define ENDLESS_COUNT 100

struct _SfJob
{
  GObject parent_instance;

  SfJobRecord record;
  SfJobState state;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SfJob, sf_job, G_TYPE_OBJECT)

SfJob *
sf_job_new (const SfJobRecord *record)
{
  SfJob *self = g_object_new (SF_TYPE_JOB, NULL);

  self->record = *record;
  self->state = record->failure != NULL ? SF_JOB_FAILED : SF_JOB_WAITING;
  return self;
}

gint64
sf_job_get_id (SfJob *self)
{
  return self->record.id;
}

SfJobState
sf_job_get_state (SfJob *self)
{
  return self->state;
}

const SfRequest *
sf_job_get_request (SfJob *self)
{
  return self->record.request;
}

const char *
sf_job_get_folder (SfJob *self)
{
  return self->record.folder;
}

const char *
sf_job_get_failure (SfJob *self)
{
  return self->record.failure;
}

gboolean
sf_job_is_endless (SfJob *self)
{
  return self->record.endless;
}

guint64
sf_job_get_n_made (SfJob *self)
{
  return self->record.n_made;
}

SfComparison *
sf_job_get_comparison (SfJob *self)
{
  return self->record.comparison;
}

guint
sf_job_get_n_pictures (SfJob *self)
{
  if (self->record.comparison != NULL)
    return sf_comparison_get_n_cells (self->record.comparison);
  return self->record.endless ? ENDLESS_COUNT : self->record.request->count;
}

SfRequest *
sf_job_dup_remaining (SfJob *self)
{
  g_return_val_if_fail (SF_IS_JOB (self), NULL);

  const SfJobRecord *record = &self->record;
  guint64 n_left = sf_job_get_n_pictures (self);

  if (!record->endless)
    n_left -= MIN (n_left, record->n_made);
  if (n_left == 0)
    return NULL;
  if (record->comparison != NULL)
    return sf_comparison_dup_cell (record->comparison, (guint) record->n_made);

  SfRequest *request = sf_request_copy (record->request);
  request->seed += record->n_made;
  request->count = (guint) n_left;
  return request;
}

void
sf_job_set_state (SfJob *self, SfJobState state, const char *failure)
{
  g_return_if_fail (SF_IS_JOB (self));

  self->state = state;
  g_free (self->record.failure);
  self->record.failure = g_strdup (failure);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
sf_job_count_picture (SfJob *self)
{
  g_return_if_fail (SF_IS_JOB (self));

  self->record.n_made++;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
sf_job_finalize (GObject *object)
{
  SfJob *self = SF_JOB (object);

  sf_request_free (self->record.request);
  g_free (self->record.folder);
  g_free (self->record.failure);
  g_clear_pointer (&self->record.comparison, sf_comparison_unref);
  G_OBJECT_CLASS (sf_job_parent_class)->finalize (object);
}

static void
sf_job_class_init (SfJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sf_job_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sf_job_init (SfJob *self)
{
}
