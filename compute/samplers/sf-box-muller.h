/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SF_BOX_MULLER_BLOCK 16

/* Turns a block of sixteen uniform values of [0, 1) into sixteen normal values,
 * with the very bits of torch.randn on an x86 processor with AVX2
 * (torch: native/cpu/DistributionTemplates.h, normal_fill_AVX2).
 *
 * For j < 8, with radius = sqrt (-2 ln (1 - u[j])) and angle = 2 pi u[j + 8]:
 * out[j] = radius cos (angle), out[j + 8] = radius sin (angle). That kernel takes
 * ln, sin and cos from the single-precision polynomials of the Cephes library
 * (Moshier: logf, sinf, cosf) with fused multiply-adds, so the same are used here,
 * whatever the processor; the C library's differ in the last bits. */
void sf_box_muller_block (float block[SF_BOX_MULLER_BLOCK]);

G_END_DECLS
