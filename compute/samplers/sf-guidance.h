/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"

G_BEGIN_DECLS

/* Classifier-free guidance (Ho and Salimans 2022), of one prompt or of several, which A1111 joins by
 * AND (A1111: sd_samplers_cfg_denoiser.py combine_denoised; Liu et al. 2022: "Compositional
 * visual generation"):
 *
 *     guided = unconditional + sum_i scale * weights[i] * (conditional_i - unconditional)
 *
 * @answers [(1 + n_weights) * batch, ...] is what the network answered, the unconditional part
 * first; @guided is [batch, ...]. Works on eps, v and denoised alike, since each is linear in the
 * others. With one weight of 1 at scale 1 the conditional part alone is the answer and the other
 * need not be computed. */
void sf_guidance_combine (const SfArray *answers, const double *weights, guint n_weights,
                          double scale, SfArray *guided);

/* Brings the deviation of each picture in @guided [batch, ...] the share @share, 0 ... 1, of the
 * way to its deviation in @conditional, of the same shape (Lin et al. 2023, equation 15;
 * diffusers: pipeline_stable_diffusion.py rescale_noise_cfg). Meant for what the network
 * answered, before denoised is made of it. */
void sf_guidance_rescale (SfArray *guided, const SfArray *conditional, double share);

G_END_DECLS
