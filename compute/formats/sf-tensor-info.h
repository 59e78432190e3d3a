/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-dtype.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define SF_TENSOR_MAX_DIMS 8

/**
 * SfTensorInfo: a tensor in an open file. Owned by the file, immutable.
 *
 * Where its values lie is one of three:
 *
 *   plain     all at data, in C order (the last extent is contiguous)
 *   strided   from data on, neighbours along extent i strides[i] values apart
 *   stacked   in parts, one after the other along the first extent; data is NULL
 *
 * Nothing is converted before it is read, and reading takes no memory beyond the
 * caller's. The file it comes from has made sure that dims, dtype and n_bytes agree
 * and that all values can be read. data has no alignment.
 */
typedef struct _SfTensorInfo SfTensorInfo;
struct _SfTensorInfo
{
  const char *name;
  SfDtype dtype;
  guint n_dims;
  gsize dims[SF_TENSOR_MAX_DIMS];
  gsize n_values; /* product of dims, a whole number of the type's blocks */
  gsize n_bytes;  /* of so many values */
  const guint8 *data;

  gboolean is_strided;               /* types without blocks only */
  gsize strides[SF_TENSOR_MAX_DIMS]; /* where is_strided */

  guint n_parts;             /* 0 unless stacked */
  const SfTensorInfo *parts; /* of the same type, without names, not stacked themselves */
};

/* Sets n_values from dims; FALSE when they are too many to count. */
gboolean sf_tensor_info_count_values (SfTensorInfo *self);

/* For readers of files: the error "tensor NAME REASON", one short line whatever the name is. Always FALSE. */
gboolean sf_tensor_info_refuse (const char *name, const char *reason, GError **error);

/* Whether all values are at data, in C order. */
gboolean sf_tensor_info_is_plain (const SfTensorInfo *self);

/* All n_values values of a tensor of floats, converted; values of other types are
 * an error. f64 goes through f32 on its way to f16. Any thread. */
gboolean sf_tensor_info_read_f32 (const SfTensorInfo *self, float *values, GError **error);
gboolean sf_tensor_info_read_f16 (const SfTensorInfo *self, guint16 *halves, GError **error);

/* The same for @n_values from the value @first on; blocks may begin and end anywhere. */
gboolean sf_tensor_info_read_some_f32 (const SfTensorInfo *self, gsize first, gsize n_values,
                                       float *values, GError **error);

G_END_DECLS
