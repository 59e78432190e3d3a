/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-guidance.h"

#include <math.h>

void
sf_guidance_combine (const SfArray *answers, const double *weights, guint n_weights, double scale,
                     SfArray *guided)
{
  const gsize n = guided->n_values;

  g_return_if_fail (answers->n_values == (1 + n_weights) * n);

  for (gsize i = 0; i < n; i++)
    {
      const double unconditional = answers->data[i];
      double sum = unconditional;

      for (guint k = 0; k < n_weights; k++)
        sum += scale * weights[k] * (answers->data[(1 + k) * n + i] - unconditional);
      guided->data[i] = (float) sum;
    }
}

static double
deviation (const float *values, gsize n_values)
{
  double sum = 0.0, squares = 0.0;

  for (gsize i = 0; i < n_values; i++)
    sum += values[i];
  for (gsize i = 0; i < n_values; i++)
    squares += (values[i] - sum / n_values) * (values[i] - sum / n_values);

  return sqrt (squares / n_values);
}

void
sf_guidance_rescale (SfArray *guided, const SfArray *conditional, double share)
{
  const gsize n_pictures = guided->dims[0];
  const gsize n = guided->n_values / n_pictures;

  g_return_if_fail (guided->n_values == conditional->n_values);

  for (gsize k = 0; k < n_pictures; k++)
    {
      float *values = guided->data + k * n;
      const double from = deviation (values, n);
      const double to = deviation (conditional->data + k * n, n);
      const double factor = from > 0.0 ? 1.0 + share * (to / from - 1.0) : 1.0;

      for (gsize i = 0; i < n; i++)
        values[i] = (float) (factor * values[i]);
    }
}
