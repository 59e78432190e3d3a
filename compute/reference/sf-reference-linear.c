/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reference/sf-reference.h"

static double
multiply_row (const SfReferenceLinear *linear, const float *x, const float *weight,
              const float *bias, guint row)
{
  double sum = bias != NULL ? bias[row] : 0;

  for (guint i = 0; i < linear->features; i++)
    sum += (double) x[i] * weight[(gsize) row * linear->features + i];
  return sum;
}

void
sf_reference_linear (const SfReferenceLinear *linear, const float *x, const float *weight,
                     const float *bias, const float *residual, float *out)
{
  for (guint row = 0; row < linear->rows; row++, x += linear->features)
    for (guint o = 0; o < linear->out_features; o++)
      {
        gsize at = (gsize) row * linear->out_features + o;
        double value = multiply_row (linear, x, weight, bias, o);

        if (linear->geglu)
          value *= sf_reference_activate (SF_REFERENCE_GELU,
                                          multiply_row (linear, x, weight, bias,
                                                        linear->out_features + o));
        else
          value = sf_reference_activate (linear->activation, value);
        if (residual != NULL)
          value += residual[at];
        out[at] = value;
      }
}
