/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SfPicture: a finished picture or a preview. Reference counted (atomic), immutable.
 */
typedef struct
{
  guint width;
  guint height;
  GBytes *rgb;         /* width × height × 3 bytes, rows from the top, no padding */
  guint64 seed;        /* what gives this very picture again */
  char *infotext;      /* A1111 "parameters" text; NULL for previews */
  gboolean is_private; /* saving leaves the infotext out */
  SfArray *latent;     /* [1, 4, height/8, width/8] before the VAE; NULL for previews */
  /* [1, 3, height, width], the VAE's output, about -1 … 1, unclamped; NULL for previews */
  SfArray *image;
  double seconds; /* from the first to the last moment of its making */
} SfPicture;

/* A picture that holds @rgb alone. Whoever makes it fills in the other members before anyone else sees it. */
SfPicture *sf_picture_new (guint width, guint height, GBytes *rgb) G_GNUC_WARN_UNUSED_RESULT;
SfPicture *sf_picture_ref (SfPicture *self);
void sf_picture_unref (SfPicture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfPicture, sf_picture_unref)

/* Writes a PNG with the infotext as its "parameters" text chunk, unless the picture is private, through a temporary file in the
 * same folder and a rename. */
gboolean sf_picture_save (const SfPicture *self, const char *path, GError **error);

/* The same into a folder (made if missing), under a name that is not taken yet. @name is that without its ".png"; "[number]"
 * in it is replaced by one more than the greatest number there, "00042", and comes behind it where it is missing and the
 * name is taken. NULL: "[number]-" and the seed. The name appears with the whole picture under it. Returns the path. */
char *sf_picture_save_in_folder (const SfPicture *self, const char *folder, const char *name,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How the picture in a PNG, JPEG or WebP file was made, as an A1111 "parameters" text, whichever program made it
 * (formats/sf-picture-infotext.h); an error when it is no such file or does not say. The pixels
 * are not decoded. */
char *sf_picture_load_infotext (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
