/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-tensor-list.h"

G_BEGIN_DECLS

/* GGUF (ggml's docs/gguf.md), versions 2 and 3, little-endian: "GGUF", u32 version, u64 number of
 * tensors, u64 number of settings; settings (name, u32 type, value); tensors (name, u32 number of
 * extents, u64 extents from the innermost on, u32 type, u64 offset); the values, to which offsets are
 * relative. Names are longer than the 64 bytes of the format's description in every file of Stable
 * Diffusion. An array "comfy.gguf.orig_shape.NAME" has the extents of a tensor whose rows were cut to
 * whole blocks, outermost first. */

#define SF_GGUF_MAX_NAME_BYTES 1024

gboolean sf_gguf_is (const guint8 *bytes, gsize n_bytes);

/* Adds the tensors to @list, in the order of the file, and the settings that are texts to @metadata
 * (text → text, both owned). @bytes must outlive the list. Errors say what is wrong without naming the
 * file. */
gboolean sf_gguf_read (const guint8 *bytes, gsize n_bytes, SfTensorList *list, GHashTable *metadata,
                       GError **error);

G_END_DECLS
