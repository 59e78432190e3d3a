/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A file mapped for reading, or one sentence that names it. Only regular files:
 * a pipe or a device would block. An empty file maps to zero bytes. */
GMappedFile *sf_file_map (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Gives back the memory that has been read of a mapped file; what is read again is mapped again. */
void sf_file_forget (GMappedFile *mapped);

/* Makes a rename in the folder of @path reach the disk. Best effort: the file itself is complete. */
void sf_file_sync_folder_of (const char *path);

/**
 * SfFileWriter: replaces a file as a whole or not at all.
 *
 * Bytes go to a temporary file in the same folder; finishing syncs it and
 * renames it over the path, so that a crash, a power cut or a full disk leaves
 * what was there before. A symbolic link stays one (its target is replaced), an
 * existing file keeps its permissions, and what is not a regular file
 * (/dev/stdout) is written in place. One thread at a time.
 */
typedef struct _SfFileWriter SfFileWriter;

SfFileWriter *sf_file_writer_new (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean sf_file_writer_write (SfFileWriter *self, const void *data, gsize n_bytes, GError **error);
/* Nothing may be written after it, whatever it returns. */
gboolean sf_file_writer_finish (SfFileWriter *self, GError **error);
/* Removes the temporary file if the writer was not finished. */
void sf_file_writer_free (SfFileWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfFileWriter, sf_file_writer_free)

G_END_DECLS
