/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sf-conditioning.h"
#include "samplers/sf-prediction.h"

G_BEGIN_DECLS

/**
 * SfDenoiser: what a sampler asks: the UNet, guided by a conditioning.
 *
 * A plain struct; sf_denoiser_init() fills it in for one picture. It counts its calls, for prompts that change
 * from call to call, and to run the deep blocks of the UNet only in every step_cache-th of them and where the
 * prompts have changed.
 */
typedef struct
{
  SfModel *model;
  const SfConditioning *conditioning;
  SfPrediction prediction;
  double guidance;
  double guidance_rescale;
  guint step_cache;
  GCancellable *cancellable;

  guint n_calls;
  GPtrArray *memories;                  /* of the deep blocks, by the pass; NULL: nothing yet */
  const SfConditioningPass *remembered; /* the passes that they are of */
  SfArray *answers;                     /* [entries, channels, h, w]: of the UNet in one call */
  SfArray *guided;                      /* [1, channels, h, w] */
} SfDenoiser;

/* The conditioning must outlive it. @height and @width: of the latent. */
void sf_denoiser_init (SfDenoiser *self, SfModel *model, const SfConditioning *conditioning,
                       const SfRequest *request, guint height, guint width,
                       GCancellable *cancellable);
void sf_denoiser_clear (SfDenoiser *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SfDenoiser, sf_denoiser_clear)

/* What the model was trained to answer, and what the request says to that. */
SfPrediction sf_denoiser_choose_prediction (const SfModelConfig *config, const SfRequest *request);

/* As an SfDenoiseFunc without its user data. */
gboolean sf_denoiser_run (SfDenoiser *self, const SfArray *x, double sigma, double t,
                          SfArray *denoised, GError **error);

G_END_DECLS
