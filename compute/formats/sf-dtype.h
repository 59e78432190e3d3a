/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How values lie in a file. The 8-bit floats are those of the OCP specification
 * "8-bit Floating Point": E4M3 has no infinity, E5M2 is the upper half of a binary16.
 * From SF_DTYPE_Q4_0 on values come in blocks that share a scale (formats/sf-quant-block.h). */
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
  SF_DTYPE_Q4_0,
  SF_DTYPE_Q4_1,
  SF_DTYPE_Q5_0,
  SF_DTYPE_Q5_1,
  SF_DTYPE_Q8_0,
  SF_DTYPE_Q2_K,
  SF_DTYPE_Q3_K,
  SF_DTYPE_Q4_K,
  SF_DTYPE_Q5_K,
  SF_DTYPE_Q6_K,
  SF_N_DTYPES,
} SfDtype;

#define SF_DTYPE_MAX_BLOCK_VALUES 256

/* "F16", "Q8_0": the names of the safetensors and GGUF formats. */
const char *sf_dtype_name (SfDtype dtype);
/* Of the types without blocks. */
gboolean sf_dtype_from_name (const char *name, SfDtype *dtype);

/* Values in a block, a power of two, and its bytes. A type without blocks has blocks of one value. */
gsize sf_dtype_block_values (SfDtype dtype);
gsize sf_dtype_block_bytes (SfDtype dtype);
/* FALSE when they are no whole number of blocks or too many to count. */
gboolean sf_dtype_bytes_of (SfDtype dtype, gsize n_values, gsize *n_bytes);

/* Whether values stand for real numbers, as weights do. */
gboolean sf_dtype_is_float (SfDtype dtype);

/* Converts a whole number of blocks of such a type. @bytes has no alignment. */
void sf_dtype_to_floats (SfDtype dtype, const guint8 *bytes, gsize n_values, float *values);

G_END_DECLS
