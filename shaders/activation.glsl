/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The numbers are those of SfActivation. */
#define ACTIVATION_NONE 0u
#define ACTIVATION_SILU 1u
#define ACTIVATION_GELU 2u
#define ACTIVATION_QUICK_GELU 3u
#define ACTIVATION_RELU 4u
#define ACTIVATION_SOFT_CLAMP 5u

/* Abramowitz and Stegun, formula 7.1.26: absolute error at most 1.5e-7. */
vec4
error_function (vec4 x)
{
  vec4 a = abs (x);
  vec4 t = 1.0 / (1.0 + 0.3275911 * a);
  vec4 p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return sign (x) * (1.0 - p * exp (-a * a));
}

vec4
gelu (vec4 x)
{
  return 0.5 * x * (1.0 + error_function (x * 0.70710678));
}

vec4
activate (vec4 x, uint activation)
{
  switch (activation)
    {
    case ACTIVATION_SILU:
      return x / (1.0 + exp (-x));
    case ACTIVATION_GELU:
      return gelu (x);
    case ACTIVATION_QUICK_GELU:
      return x / (1.0 + exp (-1.702 * x));
    case ACTIVATION_RELU:
      return max (x, 0.0);
    case ACTIVATION_SOFT_CLAMP:
      return 3.0 * tanh (clamp (x / 3.0, -20.0, 20.0));
    default:
      return x;
    }
}
