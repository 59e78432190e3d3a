/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-database.h"
#include "sf-picture-record.h"

G_BEGIN_DECLS

/* The rows of pictures: reading and writing them. On the connection's thread. */

/* Takes in what was read from a file, or brings up to date what is known of that path. A picture whose file
 * is gone and that has the same fingerprint was moved: its row gets the new path and keeps favourite and labels.
 * Returns its id, 0 on an error. Best within a transaction. */
gint64 sf_records_store (SfDatabase *database, const SfPictureRecord *record, GError **error);

/* NULL without an error: there is none. */
SfPictureRecord *sf_records_load (SfDatabase *database, gint64 id, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* 0: there is none. */
gint64 sf_records_find_path (SfDatabase *database, const char *path);

gboolean sf_records_set_favourite (SfDatabase *database, gint64 id, gboolean favourite,
                                   GError **error);
gboolean sf_records_set_missing (SfDatabase *database, gint64 id, gboolean missing, GError **error);

/* Tags and collections. */
typedef enum
{
  SF_LABEL_TAG,
  SF_LABEL_COLLECTION,
} SfLabelKind;

/* Puts a label, which is made if it is new, on a picture, or takes it off; one that no picture has is gone. */
gboolean sf_records_set_label (SfDatabase *database, gint64 id, SfLabelKind kind, const char *name,
                               gboolean set, GError **error);
/* Names, sorted; of one picture, or of all for 0. */
char **sf_records_list_labels (SfDatabase *database, gint64 id, SfLabelKind kind, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* What pictures differ in. */
typedef enum
{
  SF_FACET_MODEL,
  SF_FACET_SIZE, /* "512x768" */
} SfFacet;

/* Its values, the most frequent first, a hundred at most. */
char **sf_records_list_facet (SfDatabase *database, SfFacet facet, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Folders that are watched. */
gboolean sf_records_add_folder (SfDatabase *database, const char *path, GError **error);
char **sf_records_list_folders (SfDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
