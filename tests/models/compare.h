/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "load-golden.h"

#include <math.h>

/* Entries @first to @first + @n - 1 of the first dimension. */
static inline SfArray *
take (const SfArray *array, gsize first, gsize n)
{
  gsize dims[SF_ARRAY_MAX_DIMS];
  gsize stride = array->n_values / array->dims[0];
  SfArray *part;

  for (guint i = 0; i < array->n_dims; i++)
    dims[i] = array->dims[i];
  dims[0] = n;

  part = sf_array_new (array->n_dims, dims);
  for (gsize i = 0; i < part->n_values; i++)
    part->data[i] = array->data[first * stride + i];
  return part;
}

static inline void
assert_close (const char *what, const SfArray *actual, const SfArray *expected, double tolerance)
{
  double largest = 0, squares = 0;

  g_assert_cmpuint (actual->n_values, ==, expected->n_values);
  for (gsize i = 0; i < actual->n_values; i++)
    {
      double difference = fabs ((double) actual->data[i] - expected->data[i]);

      g_assert_true (isfinite (actual->data[i]));
      largest = MAX (largest, difference);
      squares += difference * difference;
    }

  g_test_message ("%s: max error %.2e, rms %.2e (tolerance %.0e)", what, largest,
                  sqrt (squares / (double) actual->n_values), tolerance);
  g_assert_cmpfloat (largest, <=, tolerance);
}
