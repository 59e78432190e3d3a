/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The shapes that a picture is usually given. */
typedef enum
{
  SF_SHAPE_SQUARE,    /* 1:1 */
  SF_SHAPE_PORTRAIT,  /* 2:3 */
  SF_SHAPE_LANDSCAPE, /* 3:2 */
  SF_SHAPE_WIDE,      /* 16:9 */
} SfShape;

#define SF_N_SHAPES 4

/* The size of @shape that suits a model whose pictures are @native pixels square: the shorter
 * side is @native, the longer the nearest multiple of 64. */
void sf_shape_get_size (SfShape shape, guint native, guint *width, guint *height);

/* The shape that has just this size for @native, or -1. */
int sf_shape_find (guint native, guint width, guint height);

G_END_DECLS
