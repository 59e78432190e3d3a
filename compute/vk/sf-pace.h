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

/* The slowness to expect of a pipeline; @pipeline_slowness is 0 when it was not measured yet. */
double sf_pace_get_slowness (const SfPace *self, double pipeline_slowness);

/* Seconds that a dispatch will take. */
double sf_pace_estimate (const SfPace *self, double slowness, double flop, double bytes);

/* The pipeline's slowness after a submission was measured to take @ratio times its estimate.
 * @expected_slowness went into that estimate, of which @share is the pipeline's part. */
double sf_pace_learn (SfPace *self, double pipeline_slowness, double expected_slowness,
                      double share, double ratio);

G_END_DECLS
