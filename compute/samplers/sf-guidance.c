/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-guidance.h"

void
sf_guidance_combine (const SfArray *halves, double scale, SfArray *guided)
{
  const float *unconditional = halves->data;
  const float *conditional = halves->data + guided->n_values;

  g_return_if_fail (halves->n_values == 2 * guided->n_values);

  for (gsize i = 0; i < guided->n_values; i++)
    guided->data[i] = (float) (unconditional[i]
                               + scale * ((double) conditional[i] - unconditional[i]));
}
