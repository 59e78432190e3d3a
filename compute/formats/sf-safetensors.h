/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-tensor-list.h"

G_BEGIN_DECLS

/* The safetensors format: eight bytes with the little-endian length of a JSON header, the header
 * ({"name": {"dtype": "F16", "shape": [2, 3], "data_offsets": [0, 12]}, …} and optionally
 * "__metadata__" with strings), then the data, to which the offsets are relative. Every field is
 * checked. As the format demands, tensors lie end to end and fill the file. */

#define SF_SAFETENSORS_MAX_HEADER_BYTES (100 * 1000 * 1000)

/* Whether it begins as such a file does. */
gboolean sf_safetensors_is (const guint8 *bytes, gsize n_bytes);

/* Adds the tensors to @list, in the order of their data, and what the file says of itself to @metadata
 * (text → text, both owned). @bytes must outlive the list. Errors say what is wrong without naming the
 * file. */
gboolean sf_safetensors_read (const guint8 *bytes, gsize n_bytes, SfTensorList *list,
                              GHashTable *metadata, GError **error);

G_END_DECLS
