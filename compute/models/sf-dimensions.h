/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-checkpoint.h"

G_BEGIN_DECLS

/* Sizes of a network as its tensors tell them. The name of the tensor is the format and what follows. */

/* No network that we know has a layer wider than this; a file that says so is not one. */
#define SF_DIMENSION_MAX 1048576

gboolean sf_dimensions_has (SfCheckpoint *checkpoint, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The first and the second extent of a tensor of at least two dimensions; @second may be NULL. An error
 * when the tensor is not there, has fewer dimensions, or an extent that is 0 or beyond SF_DIMENSION_MAX. */
gboolean sf_dimensions_read (SfCheckpoint *checkpoint, guint *first, guint *second, GError **error,
                             const char *format, ...) G_GNUC_PRINTF (5, 6);

G_END_DECLS
