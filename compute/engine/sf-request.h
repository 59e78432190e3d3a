/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"
#include "samplers/sf-model-sigmas.h"
#include "samplers/sf-noise.h"

G_BEGIN_DECLS

typedef enum
{
  SF_PRECISION_F16, /* halves in memory, sums in f32 */
  SF_PRECISION_F32, /* for comparison with the reference */
} SfPrecision;

/* What is shown while the sampler steps. */
typedef enum
{
  SF_PREVIEW_NONE,
  SF_PREVIEW_LINEAR, /* the model's 4 → 3 matrix on the latent: free, one pixel for 8×8 */
  SF_PREVIEW_VAE,    /* the true decoder: sharp, costs a decoding each time */
} SfPreview;

/* What a request may hold. */
#define SF_REQUEST_MAX_SIZE 8192 /* pixels */
#define SF_REQUEST_SIZE_MULTIPLE 8
#define SF_REQUEST_MAX_STEPS 150
#define SF_REQUEST_MAX_SEED G_MAXINT64 /* of the last picture: what databases and JSON can hold */
#define SF_REQUEST_MAX_GUIDANCE 100.0
#define SF_REQUEST_MAX_COUNT 1000
#define SF_REQUEST_MAX_CLIP_SKIP 12

/**
 * SfRequest: everything that determines a picture.
 *
 * A plain struct with owned members; sf_request_new() fills in defaults, callers change
 * fields directly and use g_free()/g_strdup() on strings. Not shared between threads: the
 * engine works on its own copy.
 */
typedef struct
{
  char *model; /* path or name of a checkpoint; NULL: the starter model */
  char *prompt;
  char *negative_prompt;
  guint width;     /* pixels, a multiple of 8 that the model can make; 0: the model's own size */
  guint height;    /* likewise */
  guint steps;     /* 1 … SF_REQUEST_MAX_STEPS */
  double guidance; /* classifier-free guidance scale, 0 … 100; 1 runs the conditional half only */
  char *sampler;   /* "euler_a"; names as in sf_sampler_list() */
  char *schedule;  /* "karras"; names as in sf_schedule_list() */
  guint64 seed;    /* of the first picture; the next ones count up */
  SfNoiseKind rng; /* of the starting noise and of what ancestral samplers add */
  guint count;     /* pictures, 1 … 1000 */
  guint clip_skip; /* 1: last layer */
  SfPrecision precision;
  SfTimesteps
      timesteps; /* whether the network is given fractional timesteps (A1111) or rounded ones (ComfyUI) */
  SfPreview preview;
  guint preview_every; /* steps between previews, at least 1 */
  /* [4, height/8, width/8] unit noise in place of the generator's, or NULL */
  SfArray *noise;
  /* [n, 4, height/8, width/8]: the k-th noise an ancestral sampler asks for, or NULL */
  SfArray *noise_sequence;
} SfRequest;

/* The starter model at its own size, 20 steps of euler_a on the default schedule, guidance 7, seed 0, one picture,
 * the CPU generator, f16, no previews. */
SfRequest *sf_request_new (void) G_GNUC_WARN_UNUSED_RESULT;
SfRequest *sf_request_copy (const SfRequest *self) G_GNUC_WARN_UNUSED_RESULT;
void sf_request_free (SfRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfRequest, sf_request_free)

/* One clear sentence for the first field that is out of its range or names something unknown.
 * What depends on the model is checked when it is loaded. */
gboolean sf_request_validate (const SfRequest *self, GError **error);

/* The settings in a picture's "parameters" text (A1111's format), or an error when there are none in it. Names of
 * other programs become ours where we have the same thing; fields that the text does not hold, or holds
 * something unknown for, keep their defaults. Only `rng` follows A1111, whose own default, the GPU's generator, is
 * left out of the text: it is SF_NOISE_PHILOX then. `model` is the bare name that the text holds. */
SfRequest *sf_request_new_from_infotext (const char *infotext, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
