/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"
#include "samplers/sf-model-sigmas.h"
#include "samplers/sf-noise.h"
#include "samplers/sf-style.h"
#include "text/sf-prompt-plan.h"

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
  SF_PREVIEW_TAESD,  /* the tiny decoder: nearly as sharp as the true one, costs little */
} SfPreview;

/* What the network was trained to answer: as the model file tells, or in its place. */
typedef enum
{
  SF_PREDICTION_CHOICE_AUTO,
  SF_PREDICTION_CHOICE_EPSILON,
  SF_PREDICTION_CHOICE_V,
} SfPredictionChoice;

/* How several pictures of one request get their noise. */
typedef enum
{
  SF_BATCH_NOISE_SEPARATE, /* each from a seed of its own, which count up (A1111) */
  SF_BATCH_NOISE_JOINT,    /* all from the first seed, drawn together (ComfyUI, diffusers) */
} SfBatchNoise;

/* Which program a picture should be the same as: a bundle of the settings that programs do not share. */
typedef enum
{
  SF_COMPATIBILITY_PLAIN, /* the published algorithms: k-diffusion, ldm */
  SF_COMPATIBILITY_A1111,
  SF_COMPATIBILITY_COMFYUI,
  SF_COMPATIBILITY_DIFFUSERS,
  SF_COMPATIBILITY_CUSTOM, /* none of these */
} SfCompatibility;

/* What a request may hold. */
#define SF_REQUEST_MAX_SIZE 8192 /* pixels */
#define SF_REQUEST_SIZE_MULTIPLE 8
#define SF_REQUEST_MAX_STEPS 150
#define SF_REQUEST_MAX_SEED G_MAXINT64 /* of the last picture: what databases and JSON can hold */
#define SF_REQUEST_MAX_GUIDANCE 100.0
#define SF_REQUEST_MAX_COUNT 1000
#define SF_REQUEST_MAX_CLIP_SKIP 12
#define SF_REQUEST_MAX_STEP_CACHE 10
#define SF_REQUEST_MAX_COMMA_BACKTRACKING 74

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
  SfPreview preview;
  guint preview_every; /* steps between previews, at least 1 */

  /* Mixed into the starting noise: 0 is the seed's own, 1 that of the variation seed. Between them the two go
   * over into each other along a great circle (A1111: modules/rng.py slerp). */
  guint64
      variation_seed; /* counts up from picture to picture, and the seed does not, where strength is not 0 */
  double variation_strength; /* 0 … 1 */

  guint
      step_cache; /* the UNet's deep blocks run in every so many-th call, 1 … SF_REQUEST_MAX_STEP_CACHE */

  double eta; /* share of noise of ancestral and SDE samplers, 0 … 1; -1: the sampler's own */
  guint
      eta_noise_delta; /* added to the seed for the noise that comes after the starting noise (A1111: ENSD) */
  double guidance_rescale; /* 0 … 1: towards the conditional half's deviation (Lin et al. 2023) */
  SfPredictionChoice prediction;
  SfSwitch
      zero_terminal_snr; /* whether the last timestep is pure noise; auto: as the model file says */

  /* The pieces of compatibility: see sf_request_set_compatibility(). */
  SfStyle style;         /* whose variants of samplers and schedules */
  SfTimesteps timesteps; /* whether the network is given fractional timesteps or rounded ones */
  SfStartNoise start_noise;
  SfSwitch discard_penultimate;
  SfBatchNoise batch_noise;
  SfStepNoise step_noise;
  SfPromptGrammar grammar;
  SfEmphasis emphasis;
  guint comma_backtracking; /* tokens after the last comma that may move to the next chunk */
  gboolean
      pad_prompts; /* the shorter of both prompts gets empty chunks, else each keeps its length */

  char *vae;           /* file of another VAE, or NULL for the model's */
  char *text_encoder;  /* likewise; files of a UNet alone need both */
  char *taesd;         /* file of a tiny decoder; NULL: the model's or that beside it */
  char *embeddings;    /* folder of textual inversions, or NULL */
  char *wildcards;     /* folder of wildcard files, or NULL */
  SfSwitch vae_tiling; /* decode in tiles; auto: where the device has no room otherwise */
  gboolean metadata;   /* write the settings into the picture */

  /* [4, height/8, width/8] unit noise in place of the generator's, or NULL */
  SfArray *noise;
  /* [n, 4, height/8, width/8]: the k-th noise an ancestral sampler asks for, or NULL */
  SfArray *noise_sequence;
} SfRequest;

/* The starter model at its own size, 20 steps of euler_a on the default schedule, guidance 7, seed 0, one picture,
 * the CPU generator, f16, no previews, plain compatibility with the prompts of A1111. */
SfRequest *sf_request_new (void) G_GNUC_WARN_UNUSED_RESULT;
SfRequest *sf_request_copy (const SfRequest *self) G_GNUC_WARN_UNUSED_RESULT;
void sf_request_free (SfRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfRequest, sf_request_free)

/* One clear sentence for the first field that is out of its range or names something unknown.
 * What depends on the model is checked when it is loaded. */
gboolean sf_request_validate (const SfRequest *self, GError **error);

/* Names: "plain", "a1111", "comfyui", "diffusers", "custom". */
const SfNamed *const *sf_compatibility_list (void);

/* Sets style, timesteps, rng, start noise, penultimate level, batch and step noise, prompt grammar,
 * emphasis as the program has them by default. Custom changes nothing. */
void sf_request_set_compatibility (SfRequest *self, SfCompatibility compatibility);

/* The bundle that all these settings are of. */
SfCompatibility sf_request_get_compatibility (const SfRequest *self);

/* The settings in a picture's "parameters" text (A1111's format), or an error when there are none in it. Names of
 * other programs become ours where we have the same thing; fields that the text does not hold, or holds something
 * unknown for, are as the program that wrote it has them by default: as in sf_request_set_compatibility() for what it
 * names as "Compatibility" or "Version", for A1111 where it names nothing we know. `model` and `vae` are the bare
 * names that the text holds. */
SfRequest *sf_request_new_from_infotext (const char *infotext, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The "Model hash" of such a text, the beginning of a SHA-256 or a brief hash (sf_engine_hash_model_briefly()); NULL if it
 * has none. */
char *sf_request_dup_model_hash (const char *infotext) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
