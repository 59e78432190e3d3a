/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_SEED_ROW (sf_seed_row_get_type ())
G_DECLARE_FINAL_TYPE (SfSeedRow, sf_seed_row, SF, SEED_ROW, AdwEntryRow)

/**
 * SfSeedRow: the number that a picture grows from, with a dice and a lock.
 *
 * Properties: "seed"; "locked": keep it from picture to picture; "lockable": whether there is a lock. A seed that is
 * typed in gets locked.
 */

G_END_DECLS
