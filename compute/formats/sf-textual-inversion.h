/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SfTextualInversion: an embedding trained by textual inversion (Gal et al. 2022,
 * arXiv:2208.01618): vectors that take the place of token embeddings in a prompt,
 * in front of the position embedding, one a token.
 *
 * A file is one of
 *
 *   stable-diffusion-webui  a .pt with a dictionary "string_to_param", or a picture with
 *                           the same as JSON in its text "sd-ti-embedding"
 *   diffusers               a .bin with the token as key
 *   safetensors             one tensor ("emb_params"), or one for each text encoder
 *                           ("clip_l" and "clip_g")
 *
 * Vectors hidden in the pixels of a picture are not read. Immutable; any thread may read.
 */
typedef struct _SfTextualInversion SfTextualInversion;

#define SF_TEXTUAL_INVERSION_MAX_VECTORS 1024
#define SF_TEXTUAL_INVERSION_MAX_WIDTH 8192

SfTextualInversion *sf_textual_inversion_load (const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_textual_inversion_free (SfTextualInversion *self);

/* What prompts call it: the name of the file without folder and suffix. */
const char *sf_textual_inversion_get_name (const SfTextualInversion *self);

/* [n, width] for a text encoder of that width (768 CLIP-L, 1024 OpenCLIP-H, 1280 OpenCLIP-bigG), owned by the
 * embedding. NULL when it was not trained for one. All that an embedding has are of the same n. */
const SfArray *sf_textual_inversion_get_vectors (const SfTextualInversion *self, gsize width);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfTextualInversion, sf_textual_inversion_free)

G_END_DECLS
