/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reference/sf-reference.h"

#include <math.h>

double
sf_reference_activate (SfReferenceActivation activation, double x)
{
  switch (activation)
    {
    case SF_REFERENCE_SILU:
      return x / (1 + exp (-x));
    case SF_REFERENCE_GELU:
      return 0.5 * x * (1 + erf (x * M_SQRT1_2));
    case SF_REFERENCE_QUICK_GELU:
      return x / (1 + exp (-1.702 * x));
    case SF_REFERENCE_RELU:
      return MAX (x, 0);
    case SF_REFERENCE_SOFT_CLAMP:
      return 3 * tanh (x / 3);
    case SF_REFERENCE_NONE:
    default:
      return x;
    }
}

void
sf_reference_embedding (guint batch, guint tokens, guint vocabulary, guint channels,
                        const guint32 *ids, const float *vectors, const float *table,
                        const float *positions, float *out)
{
  for (guint n = 0; n < batch; n++)
    for (guint token = 0; token < tokens; token++)
      {
        gsize at = (gsize) n * tokens + token;
        const float *row = ids[at] < vocabulary ? table + (gsize) ids[at] * channels
                                                : vectors + at * channels;

        for (guint i = 0; i < channels; i++)
          *out++ = row[i] + positions[(gsize) token * channels + i];
      }
}
