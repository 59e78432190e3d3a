/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vk/sf-pace.h"

#include <math.h>

/* One surprising measurement changes an estimate by at most this factor. */
#define LARGEST_CORRECTION 8.0

void
sf_pace_init (SfPace *self, SfDeviceKind kind)
{
  static const SfPace cpu = { 4e9, 2e9, 20e-6, 1 };
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
sf_pace_get_slowness (const SfPace *self, double pipeline_slowness)
{
  return pipeline_slowness > 0 ? pipeline_slowness : self->slowness;
}

double
sf_pace_estimate (const SfPace *self, double slowness, double flop, double bytes)
{
  return self->dispatch_seconds
         + slowness * MAX (flop / self->flop_per_second, bytes / self->bytes_per_second);
}

/* From @before towards @after, by the part @weight, on a logarithmic scale. */
static double
move_towards (double before, double after, double weight)
{
  return before * pow (after / before, weight);
}

double
sf_pace_learn (SfPace *self, double pipeline_slowness, double expected_slowness, double share,
               double ratio)
{
  double observed = expected_slowness * CLAMP (ratio, 1 / LARGEST_CORRECTION, LARGEST_CORRECTION);

  self->slowness = move_towards (self->slowness, observed, share / 4);
  return move_towards (pipeline_slowness > 0 ? pipeline_slowness : expected_slowness, observed,
                       share);
}
