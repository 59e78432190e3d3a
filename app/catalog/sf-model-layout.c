/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-model-layout.h"

/* The first of a kind is what our own folder is called. */
static const struct
{
  const char *name;
  SfModelKind kind;
} folders[] = {
  { "checkpoints", SF_MODEL_KIND_CHECKPOINT },
  { "Stable-diffusion", SF_MODEL_KIND_CHECKPOINT },
  { "diffusion_models", SF_MODEL_KIND_CHECKPOINT },
  { "unet", SF_MODEL_KIND_CHECKPOINT },
  { "vae", SF_MODEL_KIND_VAE },
  { "vae_approx", SF_MODEL_KIND_TAESD },
  { "VAE-approx", SF_MODEL_KIND_TAESD },
  { "VAE-taesd", SF_MODEL_KIND_TAESD },
  { "text_encoders", SF_MODEL_KIND_TEXT_ENCODER },
  { "text_encoder", SF_MODEL_KIND_TEXT_ENCODER },
  { "clip", SF_MODEL_KIND_TEXT_ENCODER },
  { "loras", SF_MODEL_KIND_LORA },
  { "Lora", SF_MODEL_KIND_LORA },
  { "LyCORIS", SF_MODEL_KIND_LORA },
  { "embeddings", SF_MODEL_KIND_EMBEDDING },
  { "textual_inversion", SF_MODEL_KIND_EMBEDDING },
  { "controlnet", SF_MODEL_KIND_CONTROLNET },
  { "t2i_adapter", SF_MODEL_KIND_CONTROLNET },
  { "upscale_models", SF_MODEL_KIND_UPSCALER },
  { "ESRGAN", SF_MODEL_KIND_UPSCALER },
  { "RealESRGAN", SF_MODEL_KIND_UPSCALER },
  { "SwinIR", SF_MODEL_KIND_UPSCALER },
  { "DAT", SF_MODEL_KIND_UPSCALER },
};

static const struct
{
  const char *suffix;
  gboolean is_meant;
} suffixes[] = {
  { ".safetensors", TRUE }, { ".ckpt", TRUE }, { ".gguf", TRUE },
  { ".pt", FALSE },         { ".pth", FALSE }, { ".bin", FALSE },
};

SfModelKind
sf_model_layout_kind_of_folder (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    if (g_ascii_strcasecmp (folders[i].name, name) == 0)
      return folders[i].kind;
  return SF_MODEL_KIND_UNKNOWN;
}

const char *
sf_model_layout_folder_of_kind (SfModelKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    if (folders[i].kind == kind)
      return folders[i].name;
  return "other";
}

static gboolean
has_suffix (const char *name, const char *suffix)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return g_str_has_suffix (lower, suffix);
}

gboolean
sf_model_layout_fits (const char *name, SfModelKind kind_of_folder)
{
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (has_suffix (name, suffixes[i].suffix))
      return TRUE;
  return kind_of_folder == SF_MODEL_KIND_EMBEDDING && has_suffix (name, ".png");
}

gboolean
sf_model_layout_is_meant (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (suffixes[i].is_meant && has_suffix (name, suffixes[i].suffix))
      return TRUE;
  return FALSE;
}

/* Whether @models is what other programs, too, would look into for models. */
static gboolean
has_known_folder (const char *models)
{
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (models, folders[i].name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        return TRUE;
    }
  return FALSE;
}

char **
sf_model_layout_list_roots (const char *place)
{
  g_autoptr (GStrvBuilder) roots = g_strv_builder_new ();
  g_autofree char *models = g_build_filename (place, "models", NULL);
  g_autofree char *embeddings = g_build_filename (place, "embeddings", NULL);

  if (!has_known_folder (models))
    {
      g_strv_builder_add (roots, place);
      return g_strv_builder_end (roots);
    }
  g_strv_builder_add (roots, models);
  if (g_file_test (embeddings, G_FILE_TEST_IS_DIR))
    g_strv_builder_add (roots, embeddings);
  return g_strv_builder_end (roots);
}
