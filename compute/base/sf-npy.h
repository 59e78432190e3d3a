/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"

G_BEGIN_DECLS

/* NumPy's .npy format, versions 1 and 2 (numpy.lib.format).
 *
 * Loading accepts little-endian f2, f4, f8, i4, i8, u1, u4 in C order and
 * converts every value to f32; anything else is an error. Every header field is
 * bounds-checked against the file. Saving writes version 1, "<f4", C order,
 * through a temporary file and a rename. */
SfArray *sf_npy_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean sf_npy_save (const SfArray *array, const char *path, GError **error);

G_END_DECLS
