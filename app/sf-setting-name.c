/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-setting-name.h"

#include <glib/gi18n.h>

static const struct
{
  const char *setting;
  const char *name;
} names[] = {
  { "model", NC_ ("setting", "Model") },
  { "prompt", NC_ ("setting", "Prompt") },
  { "negative", NC_ ("setting", "Negative prompt") },
  { "prompt-replace", NC_ ("setting", "Words in the prompt") },
  { "width", NC_ ("setting", "Width") },
  { "height", NC_ ("setting", "Height") },
  { "steps", NC_ ("setting", "Steps") },
  { "cfg", NC_ ("setting", "Guidance") },
  { "sampler", NC_ ("setting", "Sampler") },
  { "schedule", NC_ ("setting", "Schedule") },
  { "seed", NC_ ("setting", "Seed") },
  { "rng", NC_ ("setting", "Noise") },
  { "clip-skip", NC_ ("setting", "Clip skip") },
  { "precision", NC_ ("setting", "Precision") },
  { "variation-seed", NC_ ("setting", "Variation seed") },
  { "variation-strength", NC_ ("setting", "Variation") },
  { "eta", NC_ ("setting", "Eta") },
  { "eta-noise-delta", NC_ ("setting", "Eta noise seed delta") },
  { "guidance-rescale", NC_ ("setting", "Guidance rescale") },
  { "prediction", NC_ ("setting", "Prediction") },
  { "zero-terminal-snr", NC_ ("setting", "Zero terminal SNR") },
  { "style", NC_ ("setting", "Variant of samplers") },
  { "timesteps", NC_ ("setting", "Timesteps") },
  { "start-noise", NC_ ("setting", "Scale of the starting noise") },
  { "discard-penultimate", NC_ ("setting", "Discard penultimate level") },
  { "batch-noise", NC_ ("setting", "Batch noise") },
  { "step-noise", NC_ ("setting", "Step noise") },
  { "grammar", NC_ ("setting", "Prompt grammar") },
  { "emphasis", NC_ ("setting", "Emphasis") },
  { "comma-backtracking", NC_ ("setting", "Comma backtracking") },
  { "pad-prompts", NC_ ("setting", "Padding of prompts") },
  { "vae", NC_ ("setting", "VAE") },
  { "text-encoder", NC_ ("setting", "Text encoder") },
  { "embeddings", NC_ ("setting", "Folder of embeddings") },
  { "wildcards", NC_ ("setting", "Folder of wildcards") },
  { "vae-tiling", NC_ ("setting", "VAE tiling") },
};

const char *
sf_setting_name (const char *setting)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].setting, setting))
      return g_dpgettext2 (NULL, "setting", names[i].name);
  return setting;
}
