/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-shape.h"

static guint
lengthen (guint native, guint numerator, guint denominator)
{
  return MAX ((native * numerator / denominator + 32) / 64 * 64, 64);
}

void
sf_shape_get_size (SfShape shape, guint native, guint *width, guint *height)
{
  *width = *height = native;
  switch (shape)
    {
    case SF_SHAPE_SQUARE:
      break;
    case SF_SHAPE_PORTRAIT:
      *height = lengthen (native, 3, 2);
      break;
    case SF_SHAPE_LANDSCAPE:
      *width = lengthen (native, 3, 2);
      break;
    case SF_SHAPE_WIDE:
      *width = lengthen (native, 16, 9);
      break;
    default:
      g_assert_not_reached ();
    }
}

int
sf_shape_find (guint native, guint width, guint height)
{
  for (guint shape = 0; shape < SF_N_SHAPES; shape++)
    {
      guint w, h;

      sf_shape_get_size (shape, native, &w, &h);
      if (w == width && h == height)
        return (int) shape;
    }
  return -1;
}
