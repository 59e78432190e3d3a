/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-checkpoint.h"
#include "graph/sf-graph.h"

G_BEGIN_DECLS

/* The text encoder of Stable Diffusion 1: the text tower of CLIP ViT-L/14 (Radford et al. 2021,
 * arXiv:2103.00020) as transformers' CLIPTextModel names it. Heads are 64 wide. */
typedef struct
{
  const char *scope; /* static: what comes before the names of its weights */
  guint vocabulary;
  guint positions;
  guint width;
  guint layers;
  guint hidden; /* width of the feed-forward layer */
} SfClipConfig;

/* Reads the sizes from the tensors. */
gboolean sf_clip_config_read (SfClipConfig *config, SfCheckpoint *checkpoint, GError **error);

/* Input "ids" [batch, 1, tokens, 1]; output "context" [batch, 1, tokens, width]: the hidden states after the
 * last layer but @clip_skip - 1, normalised by the final layer norm. @clip_skip is from 1 to layers. */
SfGraph *sf_clip_build (const SfClipConfig *config, SfFormat format, guint batch, guint tokens,
                        guint clip_skip) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
