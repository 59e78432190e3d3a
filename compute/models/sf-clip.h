/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-checkpoint.h"
#include "graph/sf-graph.h"

G_BEGIN_DECLS

/* How the tensors of a text encoder are called. */
typedef struct _SfClipNames SfClipNames;

/* The text encoder: the text tower of a CLIP (Radford et al. 2021, arXiv:2103.00020).
 *
 * Stable Diffusion 1 has that of ViT-L/14, in the names of transformers' CLIPTextModel; it reads the last layer.
 * Stable Diffusion 2 has that of OpenCLIP's ViT-H/14, in OpenCLIP's names or transformers'; it reads the
 * penultimate layer, and files may lack the last. Heads are 64 wide. */
typedef struct
{
  const SfClipNames *names; /* static */
  const char *scope;        /* static: what comes before the names of its weights */
  guint vocabulary;
  guint positions;
  guint width;
  guint layers;      /* from which clip skip counts; the file may have fewer */
  guint used_layers; /* that run with clip skip 1 */
  guint hidden;      /* width of the feed-forward layer */
  guint pad_id;      /* token that fills up a prompt after its end token */
  gboolean exact_gelu;
} SfClipConfig;

/* Whether there is a text encoder. */
gboolean sf_clip_is_in (SfCheckpoint *checkpoint);

/* Reads the sizes from the tensors. */
gboolean sf_clip_config_read (SfClipConfig *config, SfCheckpoint *checkpoint, GError **error);

/* Inputs: "ids" [batch, 1, tokens, 1]; "vectors" [batch, 1, tokens, width], which take the place of the
 * table's rows where an id is not below the vocabulary. Output "context" [batch, 1, tokens, width]: the hidden states
 * after the last layer but @clip_skip - 1, or after that which the model itself reads if it comes earlier, normalised
 * by the final layer norm. @clip_skip is from 1 to layers. */
SfGraph *sf_clip_build (const SfClipConfig *config, SfFormat format, guint batch, guint tokens,
                        guint clip_skip) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
