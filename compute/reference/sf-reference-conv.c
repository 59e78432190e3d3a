/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reference/sf-reference.h"

/* A channel of the enlarged and zero-padded picture. */
static double
get_pixel (const SfReferenceConv *conv, const float *image, gint64 y, gint64 x, guint channel)
{
  guint scale = conv->upsample ? 2 : 1;

  if (y < 0 || x < 0 || y >= conv->height * scale || x >= conv->width * scale)
    return 0;
  return image[((gsize) (y / scale) * conv->width + x / scale) * conv->channels + channel];
}

static double
sum_taps (const SfReferenceConv *conv, const float *image, const float *filter, guint out_y,
          guint out_x)
{
  gint64 top = (gint64) out_y * conv->stride - conv->padding;
  gint64 left = (gint64) out_x * conv->stride - conv->padding;
  double sum = 0;

  for (guint i = 0; i < conv->channels; i++)
    for (guint ky = 0; ky < conv->kernel; ky++)
      for (guint kx = 0; kx < conv->kernel; kx++)
        sum += get_pixel (conv, image, top + ky, left + kx, i)
               * filter[((gsize) i * conv->kernel + ky) * conv->kernel + kx];
  return sum;
}

void
sf_reference_conv (const SfReferenceConv *conv, const float *x, const float *weight,
                   const float *bias, const float *channel_bias, const float *residual, float *out)
{
  gsize filter_size = (gsize) conv->channels * conv->kernel * conv->kernel;
  gsize at = 0;

  for (guint n = 0; n < conv->batch; n++)
    for (guint oy = 0; oy < conv->out_height; oy++)
      for (guint ox = 0; ox < conv->out_width; ox++)
        for (guint o = 0; o < conv->out_channels; o++, at++)
          {
            const float *image = x + (gsize) n * conv->height * conv->width * conv->channels;
            double sum = sum_taps (conv, image, weight + o * filter_size, oy, ox);

            if (bias != NULL)
              sum += bias[o];
            if (channel_bias != NULL)
              sum += channel_bias[n * conv->out_channels + o];
            sum = sf_reference_activate (conv->activation, sum);
            if (residual != NULL)
              sum += residual[at];
            out[at] = sum;
          }
}
