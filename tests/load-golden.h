/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <math.h>

#include "base/sf-npy.h"

/* The array tests/goldens/FOLDER/NAME.npy; aborts the test when there is none. */
static inline SfArray *
load_golden (const char *folder, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".npy", NULL);
  g_autofree char *path = g_build_filename (SF_TEST_GOLDENS, folder, file, NULL);
  g_autoptr (GError) error = NULL;
  SfArray *array = sf_npy_load (path, &error);

  g_assert_no_error (error);

  return array;
}

static inline double
greatest_difference (const float *a, const float *b, gsize n_values)
{
  double greatest = 0.0;

  for (gsize i = 0; i < n_values; i++)
    {
      double difference = fabs ((double) a[i] - b[i]);

      if (!(difference <= greatest))
        greatest = difference;
    }

  return greatest;
}
