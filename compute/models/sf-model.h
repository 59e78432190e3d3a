/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"
#include "graph/sf-program.h"
#include "models/sf-model-config.h"

G_BEGIN_DECLS

/**
 * SfModel: a checkpoint opened for a device. Weights are uploaded and commands
 * recorded when a network is first run at a size; the last few sizes are kept.
 *
 * Used from one thread at a time. Arrays are NCHW, f32.
 */
typedef struct _SfModel SfModel;

/* Checks that the file holds a model we can run; touches the device only when something is run.
 * @format: storage of weights and activations. */
SfModel *sf_model_open (SfDevice *device, const char *path, SfFormat format, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_model_free (SfModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfModel, sf_model_free)

const SfModelConfig *sf_model_get_config (SfModel *self);

/* @ids: n_prompts × positions token ids, clip.positions of the config each. Returns [n_prompts, positions, width]. */
SfArray *sf_model_encode_text (SfModel *self, const gint32 *ids, guint n_prompts, guint clip_skip,
                               GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @latent: [batch, channels, h, w]; @timesteps: one for each batch entry; @context: [batch, tokens, width]. Returns
 * [batch, out_channels, h, w]. */
SfArray *sf_model_run_unet (SfModel *self, const SfArray *latent, const double *timesteps,
                            const SfArray *context, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* @latent: [batch, channels, h, w] as the sampler leaves it; it is divided by latent_scale here. Returns
 * [batch, 3, size_factor · h, size_factor · w], about -1 … 1. */
SfArray *sf_model_decode (SfModel *self, const SfArray *latent, GCancellable *cancellable,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @image: [batch, 3, H, W] in -1 … 1. Returns the moments [batch, 2 · channels, H / size_factor, W / size_factor], unscaled. */
SfArray *sf_model_encode (SfModel *self, const SfArray *image, GCancellable *cancellable,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The program of a part at a size, made if it is not there yet: to prepare it ahead, to time it, to print its
 * plan. Owned by the model; valid until the next call that makes another. */
SfProgram *sf_model_get_program (SfModel *self, const SfPartSize *size, GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
