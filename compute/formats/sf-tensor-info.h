/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SF_TENSOR_MAX_DIMS 8

/* How values lie in a file. The 8-bit floats are those of the OCP specification
 * "8-bit Floating Point": E4M3 has no infinity, E5M2 is the upper half of a binary16. */
typedef enum
{
  SF_DTYPE_F64,
  SF_DTYPE_F32,
  SF_DTYPE_F16,
  SF_DTYPE_BF16,
  SF_DTYPE_F8_E4M3,
  SF_DTYPE_F8_E5M2,
  SF_DTYPE_I64,
  SF_DTYPE_I32,
  SF_DTYPE_I16,
  SF_DTYPE_I8,
  SF_DTYPE_U8,
  SF_DTYPE_BOOL,
  SF_N_DTYPES,
} SfDtype;

/* "F16"; the names are those of the safetensors format. */
const char *sf_dtype_name (SfDtype dtype);
gboolean sf_dtype_from_name (const char *name, SfDtype *dtype);
gsize sf_dtype_bytes (SfDtype dtype);
gboolean sf_dtype_is_float (SfDtype dtype);

/**
 * SfTensorInfo: a tensor in an open file. Owned by the file, immutable.
 *
 * The file it comes from has made sure that dims, dtype and n_bytes agree and
 * that all of data can be read. data has no alignment.
 */
typedef struct
{
  const char *name;
  SfDtype dtype;
  guint n_dims;
  gsize dims[SF_TENSOR_MAX_DIMS]; /* the last one is contiguous */
  gsize n_values;                 /* product of dims */
  gsize n_bytes;
  const guint8 *data;
} SfTensorInfo;

/* All n_values values of a tensor of floats, converted; values of other types are
 * an error. f64 goes through f32 on its way to f16. Any thread. */
gboolean sf_tensor_info_read_f32 (const SfTensorInfo *self, float *values, GError **error);
gboolean sf_tensor_info_read_f16 (const SfTensorInfo *self, guint16 *halves, GError **error);

G_END_DECLS
