/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samplers/sf-schedule.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_steps;
  double sigmas[SF_MAX_STEPS + 1]; /* falling; [n_steps] is where the run ends, 0 unless written */
  double t[SF_MAX_STEPS];
  gboolean has_t; /* or those that belong to the sigmas */
} SfLevels;

struct _SfScheduleKind
{
  SfNamed named;
  gboolean is_spacing;

  /* Fills @levels, which come empty. */
  void (*fill) (const SfScheduleParams *params, SfLevels *levels);
};

#define SF_N_SCHEDULE_KINDS 13

extern const SfScheduleKind sf_schedule_kinds[SF_N_SCHEDULE_KINDS];

G_END_DECLS
