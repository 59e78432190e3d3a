/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"
#include "samplers/sf-generator.h"

G_BEGIN_DECLS

/**
 * SfNoise: a source of standard normal values.
 *
 * It goes on from request to request: the initial noise of a picture is the
 * first, what an ancestral sampler adds are the next. One thread at a time.
 */
typedef struct _SfNoise SfNoise;

/* Where requests after the first are drawn from. */
typedef enum
{
  SF_STEP_NOISE_SAME,   /* the generator goes on */
  SF_STEP_NOISE_CPU,    /* a new one from the seed: ComfyUI without a GPU */
  SF_STEP_NOISE_PHILOX, /* likewise: ComfyUI with one */
} SfStepNoise;

/* Names: "same", "cpu", "philox". */
const SfNamed *const *sf_step_noise_list (void);

/* What determines the noise of a picture. */
typedef struct
{
  SfNoiseKind kind;
  guint64 seed;

  /* Share of another seed's noise in the first request (A1111: rng.py): sf_noise_mix(). */
  guint64 variation_seed;
  double variation_strength; /* 0 ... 1 */

  /* Where this is not 0 or steps not the same, later requests are those to a new generator, of
   * seed + seed_delta (A1111's "eta noise seed delta", modulo 2^64). A Brownian path stays that
   * of kind and seed. */
  guint64 seed_delta;
  SfStepNoise steps;

  /* In a batch of more than one whose noise is drawn by single requests for all, as in ComfyUI
   * and diffusers, the place of the picture. Where each has a seed of its own, as in A1111,
   * leave them 0. */
  guint batch_index;
  guint batch_count;
} SfPictureNoise;

SfNoise *sf_noise_new_picture (const SfPictureNoise *picture) G_GNUC_WARN_UNUSED_RESULT;

/* The same with nothing but a seed. */
SfNoise *sf_noise_new (SfNoiseKind kind, guint64 seed) G_GNUC_WARN_UNUSED_RESULT;

/* A source that hands out what was recorded: sequence is [n, ...], the k-th
 * request gets sequence[k]. Takes a reference to @sequence. */
SfNoise *sf_noise_new_recorded (SfArray *sequence, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void sf_noise_free (SfNoise *self);

/* Fills @out, of any shape, of two dimensions at least where there is a variation. A recorded
 * sequence fails with G_IO_ERROR_INVALID_ARGUMENT where it is used up or of another shape;
 * leading extents of 1 do not matter. */
gboolean sf_noise_normal (SfNoise *self, SfArray *out, GError **error);

/* From now on sf_noise_normal_between() follows a Brownian path of the picture's seed between
 * the sigmas @least and @greatest (sf-brownian.h). */
void sf_noise_set_path (SfNoise *self, double least, double greatest);

/* As sf_noise_normal(), for the way from @sigma down to @sigma_next: what the path does there,
 * if there is one and the source is not a recorded one. */
gboolean sf_noise_normal_between (SfNoise *self, double sigma, double sigma_next, SfArray *out,
                                  GError **error);

/* Whether @n_requests more requests of the shape of @like will succeed; the
 * error is the one that the first failing request would give. */
gboolean sf_noise_check (const SfNoise *self, const SfArray *like, guint n_requests,
                         GError **error);

/* Turns @x towards @variation, of the same shape [..., h, w], by the share @strength of the
 * angle between them, each column of h values for itself: for x, y and the angle a
 *
 *     (sin ((1 - strength) a) x + sin (strength a) y) / sin a
 *
 * As A1111 does (rng.py slerp), whose straight line for nearly parallel noises goes from the
 * variation to @x. A single column that is parallel goes straight from @x. */
void sf_noise_mix (SfArray *x, const SfArray *variation, double strength);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfNoise, sf_noise_free)

G_END_DECLS
