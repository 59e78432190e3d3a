/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sf-request.h"

G_BEGIN_DECLS

/* What a request leaves open and its picture has. */
typedef struct
{
  guint width;
  guint height;
  guint64 seed;
  const char *model_name;
  const char *model_hash; /* SHA-256, 64 hex digits */
  const char *vae_name;   /* of another VAE than the model's, or NULL */
  const char *vae_hash;   /* likewise */
  /* "name: hash, name: hash" of the textual inversions that the prompts use, or NULL */
  const char *embedding_hashes;
} SfInfotextFacts;

/* The "parameters" text of a picture, in the keys and names of A1111 (modules/processing.py, create_infotext; keys of
 * options: modules/shared_options.py). "RNG: NV" is SF_NOISE_PHILOX.
 *
 * What A1111 has no key for has one of ours. "Compatibility" names the bundle of the request's style
 * (sf_request_set_compatibility()) unless that is plain, and only what differs from it follows: "Timesteps",
 * "Batch noise", "Step noise", "Prompt grammar", "Comma backtracking", "Prediction". */
char *sf_request_make_infotext (const SfRequest *self, const SfInfotextFacts *facts)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
