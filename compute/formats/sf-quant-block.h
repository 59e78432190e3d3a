/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-dtype.h"

G_BEGIN_DECLS

/* Blocks of quantised values as ggml lays them out (its ggml-common.h; scales are little-endian
 * binary16). d and m are scales of the block, s and t those of a group in it, q the stored integer:
 *
 *   Q4_0, Q5_0  32 values  d·(q - 8), d·(q - 16)
 *   Q4_1, Q5_1  32 values  d·q + m
 *   Q8_0        32 values  d·q
 *   Q2_K       256 values  d·s·q - m·t, groups of 16, s and t of 4 bits
 *   Q3_K       256 values  d·s·(q - 4), groups of 16, s of 6 bits, less 32
 *   Q4_K, Q5_K 256 values  d·s·q - m·t, groups of 32, s and t of 6 bits
 *   Q6_K       256 values  d·s·(q - 32), groups of 16, s of 8 bits
 *
 * Reads one block of such a type. */
void sf_quant_block_read (SfDtype dtype, const guint8 *block, float *values);

G_END_DECLS
