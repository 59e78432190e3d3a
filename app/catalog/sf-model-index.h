/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-model-item.h"

G_BEGIN_DECLS

#define SF_TYPE_MODEL_INDEX (sf_model_index_get_type ())
G_DECLARE_FINAL_TYPE (SfModelIndex, sf_model_index, SF, MODEL_INDEX, GObject)

/**
 * SfModelIndex: the models in the folders that the user named, which are watched and never copied, in one's own folder,
 * and the starter model.
 *
 * On the main thread; folders are looked through and files hashed on threads, the latter at the lowest priority that
 * there is and only while sf_model_index_set_hashing() says so.
 *
 * Properties: "scanning"; "complete": FALSE when folders held more than is looked at.
 */

/* $XDG_DATA_HOME/sfumato/models */
char *sf_model_index_dup_own_folder (void) G_GNUC_WARN_UNUSED_RESULT;

SfModelIndex *sf_model_index_new (const char *own_folder) G_GNUC_WARN_UNUSED_RESULT;

const char *sf_model_index_get_own_folder (SfModelIndex *self);

/* Folders and files besides one's own; looks through all of them, and then again whenever something changes there. */
void sf_model_index_set_places (SfModelIndex *self, const char *const *places);
void sf_model_index_rescan (SfModelIndex *self);
void sf_model_index_set_hashing (SfModelIndex *self, gboolean hashing);

/* Of SfModelItem, in the order of sf_model_record_compare(). */
GListModel *sf_model_index_get_items (SfModelIndex *self);

SfModelItem *sf_model_index_find_path (SfModelIndex *self, const char *path);
/* The one with this SHA-256, or NULL while hashes are not known. */
SfModelItem *sf_model_index_find_hash (SfModelIndex *self, const char *hash);

/* The usable model of a kind that a picture names: by its hash where that is known, else by its name, without suffix. Both may
 * be NULL. The reference is borrowed; NULL if there is none. */
SfModelItem *sf_model_index_resolve (SfModelIndex *self, SfModelKind kind, const char *name,
                                     const char *hash);

gboolean sf_model_index_is_scanning (SfModelIndex *self);
gboolean sf_model_index_is_complete (SfModelIndex *self);

G_END_DECLS
