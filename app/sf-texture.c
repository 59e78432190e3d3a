/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-texture.h"

#include <math.h>

/* Longer side that small pictures are enlarged to; less for previews, which come often and are
 * blurred anyway. */
#define SMOOTH_SIZE 512
#define SMOOTH_PREVIEW_SIZE 256
#define N_TAPS 4

/* Where an output sample takes its values from. */
typedef struct
{
  guint index[N_TAPS];
  float weight[N_TAPS];
} Taps;

static double
mitchell (double x)
{
  x = fabs (x);
  if (x < 1)
    return (7 * x * x * x - 12 * x * x + 16.0 / 3) / 6;
  if (x < 2)
    return (-7.0 / 3 * x * x * x + 12 * x * x - 20 * x + 32.0 / 3) / 6;
  return 0;
}

static Taps *
compute_taps (guint from, guint to)
{
  Taps *taps = g_new (Taps, to);

  for (guint i = 0; i < to; i++)
    {
      double center = (i + 0.5) * from / to - 0.5;
      int first = (int) floor (center) - 1;

      for (int k = 0; k < N_TAPS; k++)
        {
          taps[i].index[k] = (guint) CLAMP (first + k, 0, (int) from - 1);
          taps[i].weight[k] = (float) mitchell (center - (first + k));
        }
    }
  return taps;
}

/* @rows lines of @from samples become lines of @to; a sample is three values. */
static float *
enlarge_lines (const float *in, guint rows, guint from, guint to)
{
  g_autofree Taps *taps = compute_taps (from, to);
  float *out = g_new (float, (gsize) rows *to * 3);

  for (guint y = 0; y < rows; y++)
    for (guint x = 0; x < to; x++)
      for (guint c = 0; c < 3; c++)
        {
          float sum = 0;

          for (guint k = 0; k < N_TAPS; k++)
            sum += taps[x].weight[k] * in[((gsize) y * from + taps[x].index[k]) * 3 + c];
          out[((gsize) y * to + x) * 3 + c] = sum;
        }
  return out;
}

static float *
transpose (const float *in, guint rows, guint columns)
{
  float *out = g_new (float, (gsize) rows *columns * 3);

  for (guint y = 0; y < rows; y++)
    for (guint x = 0; x < columns; x++)
      for (guint c = 0; c < 3; c++)
        out[((gsize) x * rows + y) * 3 + c] = in[((gsize) y * columns + x) * 3 + c];
  return out;
}

static GBytes *
enlarge (GBytes *rgb, guint width, guint height, guint to_width, guint to_height)
{
  const guint8 *bytes = g_bytes_get_data (rgb, NULL);
  gsize n_in = (gsize) width * height * 3;
  gsize n_out = (gsize) to_width * to_height * 3;
  g_autofree float *in = g_new (float, n_in);

  for (gsize i = 0; i < n_in; i++)
    in[i] = bytes[i];

  g_autofree float *wide = enlarge_lines (in, height, width, to_width);
  g_autofree float *turned = transpose (wide, height, to_width);
  g_autofree float *large = enlarge_lines (turned, to_width, height, to_height);
  g_autofree float *upright = transpose (large, to_width, to_height);
  guint8 *out = g_new (guint8, n_out);

  for (gsize i = 0; i < n_out; i++)
    out[i] = (guint8) CLAMP (upright[i] + 0.5f, 0, 255);
  return g_bytes_new_take (out, n_out);
}

static GdkTexture *
texture_new (GBytes *rgb, guint width, guint height)
{
  return gdk_memory_texture_new ((int) width, (int) height, GDK_MEMORY_R8G8B8, rgb,
                                 (gsize) width * 3);
}

GdkTexture *
sf_texture_new (const SfPicture *picture)
{
  return texture_new (picture->rgb, picture->width, picture->height);
}

GdkTexture *
sf_texture_new_smooth (const SfPicture *picture, guint width, guint height)
{
  guint size = picture->width < width ? SMOOTH_PREVIEW_SIZE : SMOOTH_SIZE;
  guint factor = MAX (size / MAX (width, height), 1);
  guint to_width = width * factor;
  guint to_height = height * factor;

  if (to_width <= picture->width && to_height <= picture->height)
    return sf_texture_new (picture);

  g_autoptr (GBytes)
      large = enlarge (picture->rgb, picture->width, picture->height, to_width, to_height);
  return texture_new (large, to_width, to_height);
}
