/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-device.h"

G_BEGIN_DECLS

/* How fast a device is: a first guess by its kind, corrected by every submission that is measured.
 * Each pipeline keeps a correction of its own, as kernels differ in what they get out of a device. */
typedef struct
{
  double flop_per_second;
  double bytes_per_second;
  double dispatch_seconds; /* of a dispatch that does next to nothing */
  double slowness;         /* factor on the guess for pipelines that were not measured yet */
} SfPace;

void sf_pace_init (SfPace *self, SfDeviceKind kind);

/* Seconds that a dispatch will take. @pipeline_slowness: 0 for a pipeline without measurements. */
double sf_pace_estimate (const SfPace *self, double pipeline_slowness, double flop, double bytes);

/* The pipeline's new slowness after a submission that was estimated at @estimated_seconds took
 * @measured_seconds; @share is the part of the estimate that is the pipeline's. */
double sf_pace_learn (SfPace *self, double pipeline_slowness, double share,
                      double estimated_seconds, double measured_seconds);

G_END_DECLS
