/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"

G_BEGIN_DECLS

/* Classifier-free guidance (Ho and Salimans 2022):
 *
 *     guided = unconditional + scale * (conditional - unconditional)
 *
 * @halves [2 * batch, ...] is what the network answered to both in one batch, the
 * unconditional half first; @guided is [batch, ...]. Works on eps, v and denoised
 * alike, since each is linear in the others. At scale 1 the conditional half alone
 * is the answer and the other need not be computed. */
void sf_guidance_combine (const SfArray *halves, double scale, SfArray *guided);

G_END_DECLS
