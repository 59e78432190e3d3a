/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Told of a text field; @text is valid UTF-8 and not empty. */
typedef void (*SfExifFunc) (const char *name, const char *text, gpointer user_data);

/* Tells of the text fields of Exif data (JEITA CP-3451), which begins with its TIFF header:
 * "ImageDescription", "Make", "Model", "Software", "Artist", "Copyright", "UserComment" and
 * "MakerNote", where that is a text.
 *
 * UserComment names its coding: ASCII is read as UTF-8 and UNICODE as UTF-16, in the byte order that
 * makes sense of it, since programs disagree; without a name it is UTF-8; JIS is left out. Any
 * bytes may be given: what does not lie within them is left out, and directories are
 * neither followed twice nor deeper than the two that hold these fields. */
void sf_exif_read (const guint8 *data, gsize n_bytes, SfExifFunc func, gpointer user_data);

G_END_DECLS
