/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <math.h>

#include "base/sf-array.h"

/* Root mean square of the difference of scale * x, over the deviation of @golden. */
static inline double
relative_error (const SfArray *x, double scale, const float *golden)
{
  double sum = 0.0, squares = 0.0, difference = 0.0;
  double mean;

  for (gsize i = 0; i < x->n_values; i++)
    {
      double error = scale * x->data[i] - golden[i];

      sum += golden[i];
      squares += (double) golden[i] * golden[i];
      difference += error * error;
    }

  mean = sum / x->n_values;
  return sqrt (difference / (squares - sum * mean));
}
