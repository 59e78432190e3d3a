/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-database-thread.h"
#include "sf-entry.h"
#include "sf-filter.h"
#include "sf-records.h"
#include "sf-scan.h"

G_BEGIN_DECLS

#define SF_TYPE_LIBRARY (sf_library_get_type ())
G_DECLARE_FINAL_TYPE (SfLibrary, sf_library, SF, LIBRARY, GObject)

/**
 * SfLibrary: every picture in the watched folders, with what it was made from.
 *
 * The pictures are files that belong to the user; the library is an index of them that can be made anew from them at any
 * time (sf_scan_all()). Only favourites, tags and collections lie in it alone.
 *
 * All on the main thread, which never writes and reads single rows only: changes are made on a thread of
 * their own in the order in which they were asked for, so are searches and scans.
 *
 * Signals:
 * - "changed": pictures came, went or changed; lists of them are to be made anew;
 * - "trouble" (GError): a change could not be written.
 */

/* $XDG_DATA_HOME/sfumato/library.db */
char *sf_library_dup_default_path (void) G_GNUC_WARN_UNUSED_RESULT;
/* "Sfumato" in the user's folder of pictures. */
char *sf_library_dup_default_folder (void) G_GNUC_WARN_UNUSED_RESULT;

/* Opens the library in a file, made if missing. A damaged one is moved aside to "….damaged" and a new one begun;
 * @was_damaged, which may be NULL, tells. */
SfDatabase *sf_library_open_database (const char *path, gboolean *was_damaged, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_library_move_aside (const char *path);
SfLibrary *sf_library_new (const char *path, gboolean *was_damaged, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* NULL when it is not in the library any more. */
SfEntry *sf_library_get_entry (SfLibrary *self, gint64 id) G_GNUC_WARN_UNUSED_RESULT;
SfEntry *sf_library_find_path (SfLibrary *self, const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* Ids (gint64) of what @filter takes, in its order. */
void sf_library_find_async (SfLibrary *self, const SfFilter *filter, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
GArray *sf_library_find_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Values of a facet, the most frequent first. */
void sf_library_list_facet_async (SfLibrary *self, SfFacet facet, GAsyncReadyCallback callback,
                                  gpointer user_data);
char **sf_library_list_facet_finish (GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The files of a comparison's pictures, in the order of its cells, as many as there are. */
void sf_library_list_cells_async (SfLibrary *self, gint64 job, GAsyncReadyCallback callback,
                                  gpointer user_data);
/* The prompts of the latest pictures. */
#define SF_LIBRARY_MAX_PROMPTS 20000
void sf_library_list_prompts_async (SfLibrary *self, GAsyncReadyCallback callback,
                                    gpointer user_data);
/* Ends both. */
char **sf_library_list_texts_finish (GAsyncResult *result, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

void sf_library_set_favourite (SfLibrary *self, SfEntry *entry, gboolean favourite);
void sf_library_set_label (SfLibrary *self, SfEntry *entry, SfLabelKind kind, const char *name,
                           gboolean set);
/* Of one picture, or of all for NULL. */
char **sf_library_list_labels (SfLibrary *self, SfEntry *entry, SfLabelKind kind)
    G_GNUC_WARN_UNUSED_RESULT;

/* Ends sf_library_add_async(), _trash_async() and _restore_async(). */
gboolean sf_library_change_finish (SfLibrary *self, GAsyncResult *result, GError **error);

/* Takes in a picture file that was just written. @job: the queue's job that it belongs to, whose count grows in the same
 * transaction; 0: none. */
void sf_library_add_async (SfLibrary *self, const char *path, gint64 job,
                           GAsyncReadyCallback callback, gpointer user_data);

/* Moves the files of pictures (ids, gint64) to the Trash, or back out of it. Some may have been moved when it fails. */
void sf_library_trash_async (SfLibrary *self, GArray *ids, GAsyncReadyCallback callback,
                             gpointer user_data);
void sf_library_restore_async (SfLibrary *self, GArray *ids, GAsyncReadyCallback callback,
                               gpointer user_data);

/* Watches a folder from now on, and scans it. */
void sf_library_add_folder (SfLibrary *self, const char *folder);
/* The same with the folders that it has. */
void sf_library_watch (SfLibrary *self);
char **sf_library_list_folders (SfLibrary *self) G_GNUC_WARN_UNUSED_RESULT;

/* Looks at what there is at a path, a folder or a file, or in all watched folders for NULL; "changed" follows if it is not
 * what the library says. */
void sf_library_scan (SfLibrary *self, const char *path, SfScanFlags flags);
gboolean sf_library_is_scanning (SfLibrary *self);

/* For the queue, whose rows lie in the same file: reads them now, and changes them in order. @data is
 * freed when it is done. */
SfDatabase *sf_library_get_database (SfLibrary *self);
void sf_library_write (SfLibrary *self, SfDatabaseFunc write, gpointer data, GDestroyNotify free);

/* Waits until all is written. */
void sf_library_flush (SfLibrary *self);

G_END_DECLS
