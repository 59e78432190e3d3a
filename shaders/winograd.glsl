/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Winograd's minimal filtering F(4×4, 3×3), in the matrices of Lavin and Gray, “Fast Algorithms for
 * Convolutional Neural Networks”, 2015 (arXiv:1509.09308): a tile of 4 × 4 pixels of the output takes 36
 * products for each pair of channels in place of 144. */

#define WINOGRAD_OUT 4
#define WINOGRAD_IN 6
#define WINOGRAD_POINTS 36u

/* Bᵀ x */
void
winograd_input (vec4 x[6], out vec4 y[6])
{
  vec4 even = x[4] - 4.0 * x[2], odd = x[3] - 4.0 * x[1];
  vec4 near = x[4] - x[2], far = 2.0 * (x[3] - x[1]);
  y[0] = 4.0 * x[0] - 5.0 * x[2] + x[4];
  y[1] = even + odd;
  y[2] = even - odd;
  y[3] = near + far;
  y[4] = near - far;
  y[5] = 4.0 * x[1] - 5.0 * x[3] + x[5];
}

/* G x */
void
winograd_weight (vec4 x[3], out vec4 y[6])
{
  vec4 even = (x[0] + x[2]) / -6.0, odd = x[1] / -6.0;
  vec4 near = x[0] / 24.0 + x[2] / 6.0, far = x[1] / 12.0;
  y[0] = x[0] / 4.0;
  y[1] = even + odd;
  y[2] = even - odd;
  y[3] = near + far;
  y[4] = near - far;
  y[5] = x[2];
}

/* Aᵀ x */
void
winograd_output (vec4 x[6], out vec4 y[4])
{
  vec4 even = x[1] + x[2], odd = x[1] - x[2];
  vec4 far_even = x[3] + x[4], far_odd = x[3] - x[4];
  y[0] = x[0] + even + far_even;
  y[1] = odd + 2.0 * far_odd;
  y[2] = even + 4.0 * far_even;
  y[3] = odd + 8.0 * far_odd + x[5];
}
