/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-tensor-info.h"

G_BEGIN_DECLS

/**
 * SfSafetensors: a memory-mapped file of named tensors.
 *
 * Format: eight bytes with the little-endian length of a JSON header, the header
 * ({"name": {"dtype": "F16", "shape": [2, 3], "data_offsets": [0, 12]}, …} and
 * optionally "__metadata__" with strings), then the data, to which the offsets are
 * relative. Opening checks every field: what is listed can be read. As the
 * format demands, tensors lie end to end and fill the file.
 *
 * Immutable once open; any thread may read. A file that another program cuts
 * short while it is mapped raises SIGBUS, as with every mapping.
 */
typedef struct _SfSafetensors SfSafetensors;

#define SF_SAFETENSORS_MAX_HEADER_BYTES (100 * 1000 * 1000)

SfSafetensors *sf_safetensors_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sf_safetensors_free (SfSafetensors *self);

/* Tensors in the order of their data. */
guint sf_safetensors_get_n_tensors (const SfSafetensors *self);
const SfTensorInfo *sf_safetensors_get_tensor (const SfSafetensors *self, guint index);

/* NULL when there is none of that name. */
const SfTensorInfo *sf_safetensors_find (const SfSafetensors *self, const char *name);
const char *sf_safetensors_get_metadata (const SfSafetensors *self, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfSafetensors, sf_safetensors_free)

G_END_DECLS
