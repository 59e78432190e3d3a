/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"

G_BEGIN_DECLS

/* What the weight w of a token does to its encoding z. */
typedef enum
{
  SF_EMPHASIS_ORIGINAL, /* z·w, then the chunk times mean (z) / mean (z·w) (stable-diffusion-webui) */
  SF_EMPHASIS_NO_NORM, /* z·w */
  SF_EMPHASIS_IGNORE,  /* z */
  SF_EMPHASIS_COMFYUI, /* e + (z - e)·w, e the encoding of the empty prompt at the same position */
} SfEmphasis;

G_END_DECLS
