/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-pixels.h"

#define CHANNELS 3
#define LATENT_CHANNELS 4

static guint8
level_of (float value)
{
  const float level = (value * 0.5f + 0.5f) * 255.0f;

  if (!(level > 0.0f))
    return 0;
  if (level >= 255.0f)
    return 255;

  return (guint8) (level + 0.5f);
}

/* Of an image whose values v stand for scale · v + offset between -1 and 1. */
static GBytes *
convert_image (const SfArray *image, float scale, float offset)
{
  const gsize n_pixels = image->n_values / CHANNELS;
  guint8 *pixels;

  g_assert (image->n_dims == 4 && image->dims[0] == 1 && image->dims[1] == CHANNELS);

  pixels = g_malloc (n_pixels * CHANNELS);
  for (gsize i = 0; i < n_pixels; i++)
    for (gsize channel = 0; channel < CHANNELS; channel++)
      pixels[i * CHANNELS + channel] = level_of (scale * image->data[channel * n_pixels + i]
                                                 + offset);

  return g_bytes_new_take (pixels, n_pixels * CHANNELS);
}

GBytes *
sf_pixels_from_image (const SfArray *image)
{
  return convert_image (image, 1.0f, 0.0f);
}

GBytes *
sf_pixels_from_unit_image (const SfArray *image)
{
  return convert_image (image, 2.0f, -1.0f);
}

GBytes *
sf_pixels_from_latent (const SfArray *latent, const float matrix[5][3])
{
  const gsize n_pixels = latent->n_values / LATENT_CHANNELS;
  guint8 *pixels;

  g_assert (latent->n_dims == 4 && latent->dims[0] == 1 && latent->dims[1] == LATENT_CHANNELS);

  pixels = g_malloc (n_pixels * CHANNELS);
  for (gsize i = 0; i < n_pixels; i++)
    for (gsize channel = 0; channel < CHANNELS; channel++)
      {
        float value = matrix[LATENT_CHANNELS][channel];

        for (gsize row = 0; row < LATENT_CHANNELS; row++)
          value += latent->data[row * n_pixels + i] * matrix[row][channel];
        pixels[i * CHANNELS + channel] = level_of (value);
      }

  return g_bytes_new_take (pixels, n_pixels * CHANNELS);
}
