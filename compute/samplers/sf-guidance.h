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

/* The same with several prompts, which A1111 joins by AND (A1111: sd_samplers_cfg_denoiser.py
 * combine_denoised; Liu et al. 2022: "Compositional visual generation"):
 *
 *     guided = unconditional + sum_i scale * weights[i] * (conditional_i - unconditional)
 *
 * @answers [(1 + n_weights) * batch, ...], the unconditional part first. */
void sf_guidance_combine_weighted (const SfArray *answers, const double *weights, guint n_weights,
                                   double scale, SfArray *guided);

/* Brings the deviation of each picture in @guided [batch, ...] the share @share, 0 ... 1, of the
 * way to its deviation in @conditional, of the same shape (Lin et al. 2023, equation 15;
 * diffusers: pipeline_stable_diffusion.py rescale_noise_cfg). Meant for what the network
 * answered, before denoised is made of it. */
void sf_guidance_rescale (SfArray *guided, const SfArray *conditional, double share);

G_END_DECLS
