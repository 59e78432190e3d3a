/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-comparison.h"

G_BEGIN_DECLS

typedef enum
{
  SF_JOB_WAITING,
  SF_JOB_RUNNING,
  SF_JOB_FAILED,
} SfJobState;

#define SF_TYPE_JOB (sf_job_get_type ())
G_DECLARE_FINAL_TYPE (SfJob, sf_job, SF, JOB, GObject)

/**
 * SfJob: pictures to be made with one request. The queue changes it; everybody else looks.
 *
 * Signal "changed": state, count or failure are others.
 */

/* What a job is, as it is kept. */
typedef struct
{
  gint64 id;
  SfRequest *request;       /* of the first picture */
  char *folder;             /* where its pictures go */
  gboolean endless;         /* until it is removed */
  guint64 n_made;           /* pictures that are in the library */
  char *failure;            /* why it ended early, or NULL */
  SfComparison *comparison; /* whose cells its pictures are, or NULL */
} SfJobRecord;

/* Takes what @record owns. */
SfJob *sf_job_new (const SfJobRecord *record) G_GNUC_WARN_UNUSED_RESULT;

gint64 sf_job_get_id (SfJob *self);
SfJobState sf_job_get_state (SfJob *self);
const SfRequest *sf_job_get_request (SfJob *self);
const char *sf_job_get_folder (SfJob *self);
const char *sf_job_get_failure (SfJob *self);
gboolean sf_job_is_endless (SfJob *self);
guint64 sf_job_get_n_made (SfJob *self);
SfComparison *sf_job_get_comparison (SfJob *self);
/* Pictures that it makes in all; of one without an end, those that are asked for at once. */
guint sf_job_get_n_pictures (SfJob *self);

/* The pictures that are still to be made, as many as one request may hold; NULL when there are none left. Of a comparison
 * the next cell. */
SfRequest *sf_job_dup_remaining (SfJob *self) G_GNUC_WARN_UNUSED_RESULT;

/* For the queue. */
void sf_job_set_state (SfJob *self, SfJobState state, const char *failure);
void sf_job_count_picture (SfJob *self);

G_END_DECLS
