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
} SfInfotextFacts;

/* The "parameters" text of a picture, in the keys and names of A1111 (modules/processing.py, create_infotext):
 * what has its default there is left out. "RNG: NV" is SF_NOISE_PHILOX. Of our own is "Timesteps: integer". */
char *sf_request_make_infotext (const SfRequest *self, const SfInfotextFacts *facts)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
