/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-textual-inversion.h"

G_BEGIN_DECLS

/**
 * SfEmbeddingFolder: the textual inversions in a folder, by name; each is read when it is first asked for.
 *
 * Folders below are searched, too, up to a number of files in all; of files of one name the first counts. Used on one thread.
 */
typedef struct _SfEmbeddingFolder SfEmbeddingFolder;

#define SF_EMBEDDING_FOLDER_MAX_FILES 20000

SfEmbeddingFolder *sf_embedding_folder_open (const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_embedding_folder_free (SfEmbeddingFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfEmbeddingFolder, sf_embedding_folder_free)

/* NULL-terminated, sorted. */
const char *const *sf_embedding_folder_get_names (const SfEmbeddingFolder *self);

/* The file of an embedding. */
const char *sf_embedding_folder_get_path (const SfEmbeddingFolder *self, const char *name);

/* The vectors [n, @width] of an embedding, owned by the folder; an error when the file cannot be read or
 * was not trained for a text encoder of that width. */
const SfArray *sf_embedding_folder_find (SfEmbeddingFolder *self, const char *name, gsize width,
                                         GError **error);

G_END_DECLS
