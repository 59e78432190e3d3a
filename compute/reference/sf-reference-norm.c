/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reference/sf-reference.h"

#include <math.h>

void
sf_reference_group_norm (const SfReferenceGroupNorm *norm, const float *x, const float *scale,
                         const float *shift, float *out)
{
  guint group_channels = norm->channels / norm->groups;
  double count = (double) norm->pixels * group_channels;

  for (guint n = 0; n < norm->batch; n++)
    for (guint group = 0; group < norm->groups; group++)
      {
        gsize first = (gsize) n * norm->pixels * norm->channels + group * group_channels;
        double mean = 0, variance = 0;

        for (guint pixel = 0; pixel < norm->pixels; pixel++)
          for (guint i = 0; i < group_channels; i++)
            mean += x[first + (gsize) pixel * norm->channels + i] / count;
        for (guint pixel = 0; pixel < norm->pixels; pixel++)
          for (guint i = 0; i < group_channels; i++)
            {
              double away = x[first + (gsize) pixel * norm->channels + i] - mean;

              variance += away * away / count;
            }
        for (guint pixel = 0; pixel < norm->pixels; pixel++)
          for (guint i = 0; i < group_channels; i++)
            {
              gsize at = first + (gsize) pixel * norm->channels + i;
              guint channel = group * group_channels + i;
              double value = (x[at] - mean) / sqrt (variance + norm->epsilon) * scale[channel]
                             + shift[channel];

              out[at] = sf_reference_activate (norm->silu ? SF_REFERENCE_SILU : SF_REFERENCE_NONE,
                                               value);
            }
      }
}

void
sf_reference_layer_norm (guint rows, guint channels, double epsilon, const float *x,
                         const float *scale, const float *shift, float *out)
{
  for (guint row = 0; row < rows; row++, x += channels, out += channels)
    {
      double mean = 0, variance = 0;

      for (guint i = 0; i < channels; i++)
        mean += (double) x[i] / channels;
      for (guint i = 0; i < channels; i++)
        variance += (x[i] - mean) * (x[i] - mean) / channels;
      for (guint i = 0; i < channels; i++)
        out[i] = (x[i] - mean) / sqrt (variance + epsilon) * scale[i] + shift[i];
    }
}
