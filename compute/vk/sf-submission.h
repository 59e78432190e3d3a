/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-hazards.h"
#include "vk/sf-pipeline.h"
#include "vk/sf-recording.h"

G_BEGIN_DECLS

/* A dispatch as a recording keeps it. */
typedef struct
{
  char *label;
  SfPipeline *pipeline;
  SfRange ranges[SF_SHADER_MAX_BINDINGS];
  VkBufferView views[SF_SHADER_MAX_BINDINGS]; /* of the texel bindings */
  VkDescriptorSet set;
  guint8 push[SF_SHADER_MAX_PUSH_BYTES];
  guint groups[3];
  double flop;
  double bytes;
} SfWork;

/* Where the next submission begins: a dispatch, and how many of its workgroups along
 * its largest dimension are done. */
typedef struct
{
  guint work;
  guint group;
} SfCursor;

/**
 * SfSubmission: a command buffer of about SF_SUBMISSION_SECONDS.
 */
typedef struct _SfSubmission SfSubmission;

/* Takes as many of @works (element type SfWork) from @cursor on as fit, by what the device's pace is
 * now, and records them. With @timed, timestamps are recorded after each of them. */
SfSubmission *sf_submission_new (SfDevice *device, VkCommandPool pool, GArray *works,
                                 SfCursor *cursor, gboolean timed, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_submission_free (SfSubmission *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfSubmission, sf_submission_free)

gboolean sf_submission_start (SfSubmission *self, VkFence fence, const char *what, GError **error);

/* By the clock, in microseconds of g_get_monotonic_time(), and by the processor time of all threads of the process. */
typedef struct
{
  gint64 time;
  double cpu_seconds;
} SfInstant;

/* Waits for the fence and learns from the time it took: on a CPU device, which shares its processors with whatever else runs,
 * from what it would have taken alone. Submissions are waited for in the order in which they were started; @previous_end is when
 * the one before was done, and becomes when this one was. */
gboolean sf_submission_wait (SfSubmission *self, VkFence fence, SfInstant *previous_end,
                             const char *what, GError **error);

/* Seconds of the last start-to-end, 0 when that says nothing about speed. */
double sf_submission_get_seconds (SfSubmission *self);
/* There is something that a new cut could move to another submission. */
gboolean sf_submission_is_divisible (SfSubmission *self);

/* Adds the timestamps' differences to @seconds and the processor time that the process took meanwhile to @cpu_seconds, one
 * for each of the works. The submission was made with timed and has one dispatch. */
gboolean sf_submission_read_times (SfSubmission *self, double *seconds, double *cpu_seconds,
                                   GError **error);

G_END_DECLS
