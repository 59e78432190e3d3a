/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-buffer.h"
#include "vk/sf-shader.h"

G_BEGIN_DECLS

/**
 * SfRecording: dispatches recorded once and run as often as wanted.
 *
 * Barriers are put in by itself: a dispatch waits for earlier ones when its
 * ranges overlap with what they wrote, or when it writes what they read.
 *
 * The work is cut into submissions of about SF_SUBMISSION_SECONDS by the cost
 * that each dispatch declares and the speed this device has shown so far; a
 * dispatch that is too long by itself is cut along its grid. Between
 * submissions the run can be cancelled. At most two submissions are under way.
 */
typedef struct _SfRecording SfRecording;

#define SF_SUBMISSION_SECONDS 0.05

typedef struct
{
  const char *label; /* for timings and messages; copied */
  SfPipeline *pipeline;
  SfRange bindings[SF_SHADER_MAX_BINDINGS]; /* one for each binding of the shader */
  gconstpointer push;                       /* the shader's push_bytes, copied */
  guint groups[3];                          /* workgroups; none of them 0 */
  double flop;                              /* multiply and add count as two */
  double bytes;                             /* least traffic: operands once, result once */
} SfDispatch;

SfRecording *sf_recording_new (SfDevice *device, const char *name, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* One that only adds up what its dispatches cost: they need no ranges, and it cannot be run. */
SfRecording *sf_recording_new_estimate (SfDevice *device, const char *name)
    G_GNUC_WARN_UNUSED_RESULT;

/* Seconds that a run will take by the speed that the device has shown so far, in this process or, as far as the device keeps
 * it, in earlier ones. @known: the part of them, 0 … 1, that rests on measurements of the same pipelines. */
double sf_recording_estimate (SfRecording *self, double *known);
void sf_recording_free (SfRecording *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfRecording, sf_recording_free)

/* Takes note of a dispatch; not after the first run. Holds a reference to the buffers. Grids above the
 * device's limits (65535 workgroups a dimension are always there) and ranges that it cannot bind are an error. */
gboolean sf_recording_dispatch (SfRecording *self, const SfDispatch *dispatch, GError **error);

/* Runs everything and waits. The first run records the command buffers. When @cancellable is
 * triggered, returns with G_IO_ERROR_CANCELLED after the submissions under way. */
gboolean sf_recording_run (SfRecording *self, GCancellable *cancellable, GError **error);

/* Submissions of the last run. */
guint sf_recording_get_n_submissions (SfRecording *self);

double sf_recording_get_flop (SfRecording *self);
double sf_recording_get_bytes (SfRecording *self);

/* One row a dispatch of a timed run, by the device's timestamps. */
typedef struct
{
  char *label;
  const char *shader;
  double flop;
  double bytes;
  double seconds;
  double cpu_seconds; /* of all threads of the process */
} SfDispatchTiming;

/* An array of SfDispatchTiming that frees them. */
GPtrArray *sf_recording_new_timings (void) G_GNUC_WARN_UNUSED_RESULT;

/* As sf_recording_run(), with timestamps around every dispatch, which is alone on the device. Element type SfDispatchTiming;
 * the array frees its elements. */
GPtrArray *sf_recording_run_timed (SfRecording *self, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
