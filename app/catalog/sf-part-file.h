/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SfPartFile: the part of a file that was downloaded so far, with what tells whether the rest can follow.
 *
 * Two files in a folder: NAME.part and NAME.part.ini, which says where the part came from. A part without a note that
 * fits its address is as none. One thread.
 */
typedef struct _SfPartFile SfPartFile;

/* Makes the folder if need be. */
SfPartFile *sf_part_file_open (const char *folder, const char *name, const char *address,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Closes; what is there stays. */
void sf_part_file_free (SfPartFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfPartFile, sf_part_file_free)

/* Bytes of the part that is there from before, 0 for none. Any thread. */
guint64 sf_part_file_peek (const char *folder, const char *name, const char *address);
/* Removes both files. */
void sf_part_file_discard (const char *folder, const char *name);

guint64 sf_part_file_get_n_bytes (SfPartFile *self);
/* What the server called this state of the file in If-Range, or NULL when it gave nothing that can be compared. */
const char *sf_part_file_get_validator (SfPartFile *self);

/* Empties the part and notes its new origin. */
gboolean sf_part_file_begin (SfPartFile *self, const char *validator, GError **error);
gboolean sf_part_file_append (SfPartFile *self, const void *bytes, gsize n_bytes, GError **error);

/* SHA-256 of all of it, read back from the disk. */
char *sf_part_file_hash (SfPartFile *self, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Makes it the file @path, safely on disk, and removes the note. Fails when there is a file already. */
gboolean sf_part_file_finish (SfPartFile *self, const char *path, GError **error);

/* Bytes that fit on the disk it is on, G_MAXUINT64 if that is not known. */
guint64 sf_part_file_get_free_space (SfPartFile *self);

G_END_DECLS
