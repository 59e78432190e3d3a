/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reference/sf-reference.h"

#include <math.h>

/* One query of one head over the keys 0 … n_keys - 1; @weights has room for as many. */
static void
attend (guint head_size, guint channels, guint n_keys, const float *q, const float *k,
        const float *v, double *weights, float *out)
{
  double highest = -INFINITY, sum = 0;

  for (guint key = 0; key < n_keys; key++)
    {
      weights[key] = 0;
      for (guint i = 0; i < head_size; i++)
        weights[key] += (double) q[i] * k[(gsize) key * channels + i];
      weights[key] /= sqrt (head_size);
      highest = MAX (highest, weights[key]);
    }
  for (guint key = 0; key < n_keys; key++)
    {
      weights[key] = exp (weights[key] - highest);
      sum += weights[key];
    }
  for (guint i = 0; i < head_size; i++)
    {
      double value = 0;

      for (guint key = 0; key < n_keys; key++)
        value += weights[key] / sum * v[(gsize) key * channels + i];
      out[i] = value;
    }
}

void
sf_reference_attention (const SfReferenceAttention *attention, const float *q, const float *k,
                        const float *v, float *out)
{
  guint head_size = attention->channels / attention->heads;
  g_autofree double *weights = g_new (double, attention->keys);

  for (guint n = 0; n < attention->batch; n++)
    for (guint query = 0; query < attention->queries; query++)
      for (guint head = 0; head < attention->heads; head++)
        {
          gsize at = ((gsize) n * attention->queries + query) * attention->channels
                     + head * head_size;
          gsize key_at = (gsize) n * attention->keys * attention->channels + head * head_size;
          guint n_keys = attention->causal ? MIN (query + 1, attention->keys) : attention->keys;

          attend (head_size, attention->channels, n_keys, q + at, k + key_at, v + key_at, weights,
                  out + at);
        }
}
