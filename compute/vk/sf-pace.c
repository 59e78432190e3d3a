/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-pace.h"

#include <math.h>

/* One surprising measurement changes an estimate by at most this factor. */
#define LARGEST_CORRECTION 8.0

void
sf_pace_init (SfPace *self, SfDeviceKind kind)
{
  static const SfPace cpu = { 15e9, 4e9, 20e-6, 1 };
  static const SfPace integrated = { 200e9, 20e9, 5e-6, 1 };
  static const SfPace discrete = { 1e12, 100e9, 5e-6, 1 };

  switch (kind)
    {
    case SF_DEVICE_CPU:
    case SF_DEVICE_OTHER:
      *self = cpu;
      break;
    case SF_DEVICE_INTEGRATED:
      *self = integrated;
      break;
    case SF_DEVICE_DISCRETE:
    case SF_DEVICE_VIRTUAL:
      *self = discrete;
      break;
    }
}

double
sf_pace_estimate (const SfPace *self, double pipeline_slowness, double flop, double bytes)
{
  double slowness = pipeline_slowness > 0 ? pipeline_slowness : self->slowness;
  double work_seconds = MAX (flop / self->flop_per_second, bytes / self->bytes_per_second);
  return self->dispatch_seconds + work_seconds * slowness;
}

double
sf_pace_learn (SfPace *self, double pipeline_slowness, double share, double estimated_seconds,
               double measured_seconds)
{
  double ratio = CLAMP (measured_seconds / estimated_seconds, 1 / LARGEST_CORRECTION,
                        LARGEST_CORRECTION);
  double correction = pow (ratio, share);
  double before = pipeline_slowness > 0 ? pipeline_slowness : self->slowness;

  self->slowness *= sqrt (sqrt (correction));
  return before * correction;
}
