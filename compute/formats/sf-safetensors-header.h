/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-tensor-info.h"

G_BEGIN_DECLS

/**
 * The JSON header of a safetensors file, read strictly and in one pass.
 *
 * A general JSON parser is not used here on purpose: it would build a tree from
 * megabytes of hostile text, recurse as deep as the text asks for, and keep only the
 * last of two equal names. Here nesting is what the format has, names are
 * unique, and sizes are plain integers.
 */
typedef struct
{
  char *name;
  SfDtype dtype;
  guint n_dims;
  gsize dims[SF_TENSOR_MAX_DIMS];
  gsize n_values;
  gsize begin; /* bytes from the start of the data */
  gsize end;   /* end - begin is the size of dims values of dtype */
} SfSafetensorsEntry;

typedef struct
{
  GArray *entries;      /* of SfSafetensorsEntry */
  GHashTable *metadata; /* of strings */
} SfSafetensorsHeader;

/* Errors say what is wrong without naming the file. */
gboolean sf_safetensors_header_parse (SfSafetensorsHeader *self, const char *text, gsize n_bytes,
                                      GError **error);
void sf_safetensors_header_clear (SfSafetensorsHeader *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SfSafetensorsHeader, sf_safetensors_header_clear)

G_END_DECLS
