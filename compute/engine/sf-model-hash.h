/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Which contents a model has, as far as the file system tells: one that was written to since has another stamp. */
typedef struct
{
  guint64 n_bytes; /* of all its files */
  gint64 modified; /* microseconds since the epoch */
} SfFileStamp;

gboolean sf_file_stamp_read (SfFileStamp *stamp, const char *path, GError **error);
gboolean sf_file_stamp_equal (const SfFileStamp *a, const SfFileStamp *b);

/* SHA-256 of a model file, or of the files in a model's folder one after the other, 64 hex digits. Reading gigabytes takes seconds, so what was found is
 * remembered in $XDG_CACHE_HOME/sfumato/model-hashes under path and stamp. Any thread. */
char *sf_model_hash_get (const char *path, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* 8 digits as A1111 had them before 1.0, of the SHA-256 of the 64 KiB at 1 MiB alone (modules/sd_models.py
 * model_hash); of a small file, of what there is at that place. */
char *sf_model_hash_get_brief (const char *path, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
