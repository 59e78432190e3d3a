/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

G_BEGIN_DECLS

/**
 * SfCliPictures: where the pictures of a request go.
 *
 * A path that ends in ".png" is a file, with "-2", "-3" … before the suffix for the
 * second picture and the next; any other path, or a folder that is there, is a folder to number pictures in.
 */
typedef struct
{
  char *path;
  gboolean is_folder;
  GPtrArray *saved; /* of char*, the files written */
} SfCliPictures;

/* Makes the folder and checks that it can be written to, before the work is done. */
gboolean sf_cli_pictures_init (SfCliPictures *self, const char *path, GError **error);
void sf_cli_pictures_clear (SfCliPictures *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SfCliPictures, sf_cli_pictures_clear)

gboolean sf_cli_pictures_save (SfCliPictures *self, const SfPicture *picture, GError **error);

/* Makes a folder that can be written to. */
gboolean sf_cli_make_folder (const char *path, GError **error);

/* Writes an array of every picture as one, [pictures, …]; @offset is where SfPicture has it. */
gboolean sf_cli_save_arrays (GPtrArray *pictures, gsize offset, const char *path, GError **error);

G_END_DECLS
