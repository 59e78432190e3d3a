/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-tensor-list.h"

G_BEGIN_DECLS

/**
 * SfTensorFile: a memory-mapped file of named tensors in any format that is known.
 *
 * Which one it is is told from its contents: safetensors, a file of PyTorch's
 * (formats/sf-torch-file.h) or GGUF. Tensors have the names that the file gives them.
 * Opening checks everything: what is listed can be read.
 *
 * Immutable once open; any thread may read. A file that another program cuts
 * short while it is mapped raises SIGBUS, as with every mapping.
 */
typedef struct _SfTensorFile SfTensorFile;

SfTensorFile *sf_tensor_file_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sf_tensor_file_free (SfTensorFile *self);

/* "safetensors", "PyTorch" or "GGUF". */
const char *sf_tensor_file_get_format (const SfTensorFile *self);
const SfTensorList *sf_tensor_file_get_tensors (const SfTensorFile *self);
/* NULL when the file says nothing under that key. */
const char *sf_tensor_file_get_metadata (const SfTensorFile *self, const char *key);

/* Gives back the memory of what has been read; it can be read again. */
void sf_tensor_file_forget (const SfTensorFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfTensorFile, sf_tensor_file_free)

G_END_DECLS
