/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-prediction.h"

#include <math.h>

void
sf_prediction_fill_input (const SfArray *x, double sigma, SfArray *input)
{
  float scale = (float) (1.0 / sqrt (sigma * sigma + 1.0));

  g_return_if_fail (x->n_values > 0 && input->n_values % x->n_values == 0);

  for (gsize i = 0; i < input->n_values; i++)
    input->data[i] = scale * x->data[i % x->n_values];
}

void
sf_prediction_to_denoised (SfPrediction prediction, const SfArray *x, double sigma,
                           const SfArray *output, SfArray *denoised)
{
  double x_scale = 1.0;
  double output_scale = -sigma;

  g_return_if_fail (x->n_values == output->n_values && x->n_values == denoised->n_values);

  if (prediction == SF_PREDICTION_V)
    {
      x_scale = 1.0 / (sigma * sigma + 1.0);
      output_scale = -sigma / sqrt (sigma * sigma + 1.0);
    }

  for (gsize i = 0; i < x->n_values; i++)
    denoised->data[i] = (float) (x_scale * x->data[i] + output_scale * output->data[i]);
}
