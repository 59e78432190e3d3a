/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-pickle.h"
#include "formats/sf-tensor-list.h"

G_BEGIN_DECLS

/* The values of a storage in a file of PyTorch's. */
typedef struct
{
  SfDtype dtype;
  gsize n_values;
  const guint8 *data;
} SfTorchStorage;

/* "torch.HalfStorage" → F16. */
gboolean sf_torch_storage_dtype (const char *class_name, SfDtype *dtype);

/* Adds every tensor in the nested dicts of a pickle to @list, its name being the keys on the way
 * joined by dots. Where the outermost dict has a "state_dict", only that is looked at, as training
 * programs keep the weights there. Tensors in Python lists are passed over: they belong to
 * optimisers. @storages: from SF_PICKLE_PERSISTENT values of the pickle to SfTorchStorage.
 *
 * A tensor that shares its storage with others, or whose values lie in another order than C's,
 * is listed as it lies. One that reaches beyond its storage, or has more values than it, is an
 * error. Errors say what is wrong without naming the file. */
gboolean sf_torch_tensors_list (const SfPickle *pickle, GHashTable *storages, SfTensorList *list,
                                GError **error);

G_END_DECLS
