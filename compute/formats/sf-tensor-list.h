/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-tensor-info.h"

G_BEGIN_DECLS

/**
 * SfTensorList: tensors by name, in the order in which they were added.
 *
 * The list owns names and descriptions; what they describe belongs to the open
 * file that they came from, which must outlive the list. Adding is for one
 * thread, reading for any.
 */
typedef struct _SfTensorList SfTensorList;

SfTensorList *sf_tensor_list_new (void) G_GNUC_WARN_UNUSED_RESULT;
void sf_tensor_list_free (SfTensorList *self);

/* Adds @tensor, and its parts, under @name, in place of what had that name before. */
void sf_tensor_list_add (SfTensorList *self, const char *name, const SfTensorInfo *tensor);
/* Removes every tensor whose name begins with @prefix. */
void sf_tensor_list_remove_all (SfTensorList *self, const char *prefix);

guint sf_tensor_list_get_n_tensors (const SfTensorList *self);
const SfTensorInfo *sf_tensor_list_get (const SfTensorList *self, guint index);
/* NULL when there is none of that name. */
const SfTensorInfo *sf_tensor_list_find (const SfTensorList *self, const char *name);
/* Whether a name begins with @prefix. */
gboolean sf_tensor_list_has (const SfTensorList *self, const char *prefix);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfTensorList, sf_tensor_list_free)

G_END_DECLS
