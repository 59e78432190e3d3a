/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* IEEE 754 binary16 and bfloat16 conversion, bit-exact: subnormals kept, ties to
 * even, overflow to infinity, NaN stays NaN (quiet). */
guint16 sf_half_from_float (float value);
float sf_half_to_float (guint16 half);
float sf_bfloat16_to_float (guint16 bfloat16);

void sf_half_from_floats (guint16 *halves, const float *values, gsize n_values);
void sf_half_to_floats (float *values, const guint16 *halves, gsize n_values);

G_END_DECLS
