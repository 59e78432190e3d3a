/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_SIZE_ROW (sf_size_row_get_type ())
G_DECLARE_FINAL_TYPE (SfSizeRow, sf_size_row, SF, SIZE_ROW, AdwBin)

/**
 * SfSizeRow: the size of a picture, as a shape that suits the model or in exact numbers.
 *
 * Properties: "width", "height": multiples of 64; "native-size": the side of a square picture that
 * suits the model, 0 while unknown. When another model comes, a shape that is in use is taken over to its
 * native size.
 */

G_END_DECLS
