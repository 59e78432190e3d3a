/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"
#include "graph/sf-cost.h"
#include "graph/sf-program.h"
#include "models/sf-memory-plan.h"

G_BEGIN_DECLS

/**
 * SfModel: a checkpoint opened for a device. Weights are uploaded and commands
 * recorded when a network is first run at a size; the last few sizes are kept.
 *
 * Used from one thread at a time. Arrays are NCHW, f32.
 */
typedef struct _SfModel SfModel;

/* Takes a reference on the checkpoint. Checks that it holds what we can run, be it a part only; touches the device only
 * when something is run, or where its kernels were never measured. @format: storage of weights and activations. */
SfModel *sf_model_open (SfDevice *device, SfCheckpoint *checkpoint, SfFormat format, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_model_free (SfModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfModel, sf_model_free)

const SfModelConfig *sf_model_get_config (SfModel *self);

/* Which kernels compute it and why, see sf_kernels_describe(). */
char *sf_model_describe_kernels (SfModel *self) G_GNUC_WARN_UNUSED_RESULT;

/* A vector that takes the place of a token's row of the embedding table, before the position is added (textual
 * inversion, Gal et al. 2022, arXiv:2208.01618). */
typedef struct
{
  guint prompt;
  guint position;
  const float *vector; /* [clip.width] */
} SfTokenVector;

/* Prompts as token ids, clip.positions of the config each, padded by clip.pad_id. */
typedef struct
{
  const gint32 *ids; /* [n_prompts, positions]; what stands where a vector goes does not count */
  guint n_prompts;
  guint clip_skip; /* 1 … clip.layers */
  const SfTokenVector *vectors;
  guint n_vectors;
} SfTextInput;

/* Returns [n_prompts, positions, width]. */
SfArray *sf_model_encode_text (SfModel *self, const SfTextInput *input, GCancellable *cancellable,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @latent: [batch, channels, h, w]; @timesteps: one for each batch entry; @context: [batch, tokens, width]. Returns
 * [batch, out_channels, h, w]. */
SfArray *sf_model_run_unet (SfModel *self, const SfArray *latent, const double *timesteps,
                            const SfArray *context, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same with a memory of the deep blocks: where *@deep is NULL, all blocks run and what the deep ones answered is put
 * there, for g_free(); else it is used in their place. It is of one model and one set of shapes. */
SfArray *sf_model_run_unet_with_memory (SfModel *self, const SfArray *latent,
                                        const double *timesteps, const SfArray *context,
                                        gpointer *deep, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* What a front end should tell of a run of the VAE. */
typedef struct
{
  gboolean tiled;
  gboolean
      widened; /* f16 was too narrow for its values, so it ran again in f32, as it will from now on */
} SfVaeReport;

/* Whether a half of the VAE works in strips at this size, SF_TILING_AUTO meaning where it has to. */
gboolean sf_model_tiles (SfModel *self, const SfPartSize *size, SfTiling tiling);

/* @latent: [batch, channels, h, w] as the sampler leaves it; it is divided by latent_scale here. @report may be NULL. Returns
 * [batch, 3, size_factor · h, size_factor · w], about -1 … 1. */
SfArray *sf_model_decode (SfModel *self, const SfArray *latent, SfTiling tiling,
                          SfVaeReport *report, GCancellable *cancellable, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* @image: [batch, 3, H, W] in -1 … 1. @report may be NULL. Returns the moments [batch, 2 · channels, H / size_factor,
 * W / size_factor], unscaled. */
SfArray *sf_model_encode (SfModel *self, const SfArray *image, SfTiling tiling, SfVaeReport *report,
                          GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The tiny autoencoder. @latent: [batch, channels, h, w] as the sampler leaves it. Returns [batch, 3, H, W], about
 * 0 … 1. */
SfArray *sf_model_decode_tiny (SfModel *self, const SfArray *latent, GCancellable *cancellable,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @image: [batch, 3, H, W] in 0 … 1. Returns a latent as samplers have it. */
SfArray *sf_model_encode_tiny (SfModel *self, const SfArray *image, GCancellable *cancellable,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The program of a part at a size, made if it is not there yet: to prepare it ahead, to time it, to print its
 * plan. Owned by the model; valid until the next call that makes another. */
SfProgram *sf_model_get_program (SfModel *self, const SfPartSize *size, GCancellable *cancellable,
                                 GError **error);

/* What a run of a part will take. */
gboolean sf_model_estimate (SfModel *self, const SfPartSize *size, SfCost *cost, GError **error);

/* Plans memory, touching nothing. */
gboolean sf_model_plan_memory (SfModel *self, const SfMemoryWish *wish, SfMemoryPlan *plan,
                               GError **error);

/* Keeps to a plan from now on: frees what is too much, allocates the arena. Without one, all weights stay and the arena is as
 * large as the largest network that has run. */
gboolean sf_model_use_memory (SfModel *self, const SfMemoryPlan *plan, GError **error);

/* Frees all device memory; it is taken again when something runs. */
void sf_model_free_memory (SfModel *self);

G_END_DECLS
