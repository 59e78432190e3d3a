/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the library knows of a picture. Texts are never NULL. */
typedef struct
{
  gint64 id; /* 0: not in the library */
  char *path;
  char *fingerprint; /* tells a file that was moved: of its size, its beginning and its end */
  gint64 n_bytes;
  gint64 modified; /* microseconds since the epoch */
  gint64 created;
  guint width; /* 0: not known */
  guint height;
  char *model;
  char *prompt;
  char *negative;
  char *infotext; /* "" where the file does not say how it was made */
  gboolean favourite;
  gboolean missing;
} SfPictureRecord;

/* Whether the name is one of a kind of picture that the library takes: PNG, JPEG, WebP; hidden files are none. */
gboolean sf_picture_record_fits (const char *name);

/* Reads a file, but not its pixels. An error when it is none of those kinds. Any thread. */
SfPictureRecord *sf_picture_record_read (const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_picture_record_free (SfPictureRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfPictureRecord, sf_picture_record_free)

G_END_DECLS
