/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/sf-comparison.h"

G_BEGIN_DECLS

#define SF_SHEET_MAX_SIDE 16000 /* pixels */
#define SF_SHEET_MAX_PIXELS (48.0 * 1024 * 1024)

/* The pictures of a comparison side by side, with what they differ in along the edges and the prompt on top: black on white,
 * whatever the desktop looks like. Pictures are made smaller where the sheet would be larger than SF_SHEET_MAX_PIXELS.
 *
 * @paths: the files of the cells, in their order; the place of one that is not there or cannot be read stays empty.
 * The infotext is that of the first that says how it was made, with both lists of values. Any thread. */
SfPicture *sf_sheet_draw (const SfComparison *comparison, const char *const *paths, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
