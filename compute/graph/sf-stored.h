/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"
#include "ops/sf-op.h"

G_BEGIN_DECLS

/* Between host values, f32, and a tensor as it is stored: [batch, height, width, stored channels] in its format, with
 * zeros in the padding. NCHW: [batch, channels, height, width]. ROWS: [batch, height × width, channels]. */

/* Each sf_shape_get_bytes() long, freed with g_free(). */
gpointer sf_stored_from_nchw (const SfShape *shape, SfFormat format, const float *values)
    G_GNUC_WARN_UNUSED_RESULT;
gpointer sf_stored_from_rows (const SfShape *shape, SfFormat format, const float *values)
    G_GNUC_WARN_UNUSED_RESULT;

SfArray *sf_stored_to_nchw (const SfShape *shape, SfFormat format, gconstpointer stored)
    G_GNUC_WARN_UNUSED_RESULT;
SfArray *sf_stored_to_rows (const SfShape *shape, SfFormat format, gconstpointer stored)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
