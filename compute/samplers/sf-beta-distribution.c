/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-beta-distribution.h"

#include <math.h>

/* The continued fraction of DLMF 8.17.22, evaluated from its far end; it converges fast
 * for x < (a + 1) / (a + b + 2). */
static double
continued_fraction (double x, double a, double b)
{
  const guint n_terms = 100;
  double value = 1.0;

  for (guint m = n_terms; m >= 1; m--)
    {
      double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
      double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));

      value = 1.0 + even / (1.0 + odd / value);
    }

  return 1.0 / (1.0 - (a + b) * x / (a + 1.0) / value);
}

static double
probability (double x, double a, double b)
{
  double log_front = lgamma (a + b) - lgamma (a) - lgamma (b) + a * log (x) + b * log1p (-x);

  if (x < (a + 1.0) / (a + b + 2.0))
    return exp (log_front) * continued_fraction (x, a, b) / a;

  return 1.0 - exp (log_front) * continued_fraction (1.0 - x, b, a) / b;
}

double
sf_beta_distribution_quantile (double p, double a, double b)
{
  double low = 0.0;
  double high = 1.0;

  if (p <= 0.0 || p >= 1.0)
    return p <= 0.0 ? 0.0 : 1.0;

  for (double middle = 0.5; low < middle && middle < high; middle = 0.5 * (low + high))
    {
      if (probability (middle, a, b) < p)
        low = middle;
      else
        high = middle;
    }

  return 0.5 * (low + high);
}
