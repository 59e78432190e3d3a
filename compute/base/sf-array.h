/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SF_ARRAY_MAX_DIMS 8

/**
 * SfArray: a dense f32 array in C order (the last dimension is contiguous).
 *
 * Reference counted; the reference count is atomic, the contents are not
 * guarded. An array of zero dimensions holds one value.
 */
typedef struct
{
  guint n_dims;
  gsize dims[SF_ARRAY_MAX_DIMS];
  gsize n_values; /* product of dims */
  float *data;    /* owned, n_values floats */
} SfArray;

/* A new array of zeros. Aborts when the product of dims overflows: callers
 * check sizes that come from outside before they get here. */
SfArray *sf_array_new (guint n_dims, const gsize *dims) G_GNUC_WARN_UNUSED_RESULT;
SfArray *sf_array_copy (const SfArray *self) G_GNUC_WARN_UNUSED_RESULT;
SfArray *sf_array_ref (SfArray *self);
void sf_array_unref (SfArray *self);

gboolean sf_array_has_shape (const SfArray *self, guint n_dims, const gsize *dims);

/* "2×77×768", for messages. */
char *sf_array_describe_shape (const SfArray *self) G_GNUC_WARN_UNUSED_RESULT;

/* The same for extents without an array. */
char *sf_shape_describe (guint n_dims, const gsize *dims) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfArray, sf_array_unref)

/* A new array of the given extents: sf_array (2, 77, 768). */
#define sf_array(...) \
  sf_array_new (G_N_ELEMENTS (((gsize[]){ __VA_ARGS__ })), ((gsize[]){ __VA_ARGS__ }))

G_END_DECLS
