/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-model-names.h"

#include <string.h>

#include "formats/sf-diffusers-names.h"
#include "formats/sf-text-names.h"

#define CLIP_L_PREFIX SF_PREFIX_TEXT "transformer."
#define OPEN_CLIP_PREFIX SF_PREFIX_TEXT "model."

static void
add_prefixed (const SfTensorList *from, const char *prefix, SfTensorList *to)
{
  for (guint i = 0; i < sf_tensor_list_get_n_tensors (from); i++)
    {
      const SfTensorInfo *tensor = sf_tensor_list_get (from, i);
      g_autofree char *name = g_strconcat (prefix, tensor->name, NULL);

      sf_tensor_list_add (to, name, tensor);
    }
}

/* The first releases of transformers did without the name of the tower. */
static char *
add_tower (const char *name)
{
  static const char *const MEMBERS[] = { "embeddings.", "encoder.", "final_layer_norm." };

  for (guint i = 0; i < G_N_ELEMENTS (MEMBERS); i++)
    {
      if (g_str_has_prefix (name, MEMBERS[i]))
        return g_strconcat ("text_model.", name, NULL);
    }
  return g_strdup (name);
}

static void
add_model (const SfTensorList *from, SfTensorList *to)
{
  for (guint i = 0; i < sf_tensor_list_get_n_tensors (from); i++)
    {
      const SfTensorInfo *tensor = sf_tensor_list_get (from, i);
      g_autofree char *inner = NULL;
      g_autofree char *name = NULL;

      if (g_str_has_prefix (tensor->name, CLIP_L_PREFIX))
        {
          inner = add_tower (tensor->name + strlen (CLIP_L_PREFIX));
          name = g_strconcat (CLIP_L_PREFIX, inner, NULL);
        }
      sf_tensor_list_add (to, name != NULL ? name : tensor->name, tensor);
    }
}

static void
add_clip_l (const SfTensorList *from, SfTensorList *to)
{
  for (guint i = 0; i < sf_tensor_list_get_n_tensors (from); i++)
    {
      const SfTensorInfo *tensor = sf_tensor_list_get (from, i);
      g_autofree char *inner = add_tower (tensor->name);
      g_autofree char *name = g_strconcat (CLIP_L_PREFIX, inner, NULL);

      sf_tensor_list_add (to, name, tensor);
    }
}

static void
add_diffusers_unet (const SfTensorList *from, SfTensorList *to)
{
  for (guint i = 0; i < sf_tensor_list_get_n_tensors (from); i++)
    {
      const SfTensorInfo *tensor = sf_tensor_list_get (from, i);
      g_autofree char *inner = sf_diffusers_unet_name (from, tensor->name);
      g_autofree char *name = g_strconcat (SF_PREFIX_UNET, inner, NULL);

      sf_tensor_list_add (to, name, tensor);
    }
}

/* In the names of the original or of diffusers, which are the same in part. What else is in files of a VAE
 * ("loss.…") belongs to its training. */
static void
add_vae (const SfTensorList *from, SfTensorList *to)
{
  static const char *const MEMBERS[] = { "encoder.", "decoder.", "quant_conv.",
                                         "post_quant_conv." };

  for (guint i = 0; i < sf_tensor_list_get_n_tensors (from); i++)
    {
      const SfTensorInfo *tensor = sf_tensor_list_get (from, i);

      for (guint j = 0; j < G_N_ELEMENTS (MEMBERS); j++)
        {
          g_autofree char *inner = NULL;
          g_autofree char *name = NULL;

          if (!g_str_has_prefix (tensor->name, MEMBERS[j]))
            continue;
          inner = sf_diffusers_vae_name (from, tensor->name);
          name = g_strconcat (SF_PREFIX_VAE, inner, NULL);
          sf_tensor_list_add (to, name, tensor);
        }
    }
}

static void
add_diffusers_taesd (const SfTensorList *from, SfTensorList *to)
{
  for (guint i = 0; i < sf_tensor_list_get_n_tensors (from); i++)
    {
      const SfTensorInfo *tensor = sf_tensor_list_get (from, i);
      g_autofree char *name = sf_diffusers_taesd_name (tensor->name);

      sf_tensor_list_add (to, name, tensor);
    }
}

/* The token embedding of a text encoder of transformers', or NULL. */
static const SfTensorInfo *
find_token_table (const SfTensorList *from)
{
  const SfTensorInfo *tensor = sf_tensor_list_find (from,
                                                    "text_model.embeddings.token_embedding.weight");

  return tensor != NULL ? tensor : sf_tensor_list_find (from, "embeddings.token_embedding.weight");
}

static gboolean
is_open_clip (const SfTensorInfo *token_table, const char *activation)
{
  const gsize width = token_table->n_dims == 2 ? token_table->dims[1] : 0;

  return activation != NULL ? g_str_equal (activation, "gelu") : width == 1024 || width == 1280;
}

/* Whether @name is a convolution that takes @in_channels. */
static gboolean
is_convolution (const SfTensorList *from, const char *name, gsize in_channels)
{
  const SfTensorInfo *tensor = sf_tensor_list_find (from, name);

  return tensor != NULL && tensor->n_dims == 4 && tensor->dims[1] == in_channels;
}

void
sf_model_names_translate (const SfTensorList *from, const char *activation, SfTensorList *to)
{
  const SfTensorInfo *token_table = NULL;

  g_return_if_fail (from != NULL && to != NULL);

  token_table = find_token_table (from);
  if (sf_tensor_list_has (from, SF_PREFIX_UNET) || sf_tensor_list_has (from, SF_PREFIX_VAE)
      || sf_tensor_list_has (from, SF_PREFIX_TEXT))
    add_model (from, to);
  else if (sf_tensor_list_find (from, "input_blocks.0.0.weight") != NULL)
    add_prefixed (from, SF_PREFIX_UNET, to);
  else if (sf_tensor_list_find (from, "down_blocks.0.resnets.0.conv1.weight") != NULL)
    add_diffusers_unet (from, to);
  else if (sf_tensor_list_find (from, "decoder.conv_in.weight") != NULL)
    add_vae (from, to);
  else if (sf_tensor_list_has (from, "decoder.layers."))
    add_diffusers_taesd (from, to);
  else if (token_table != NULL && is_open_clip (token_table, activation))
    sf_text_names_to_open_clip (from, OPEN_CLIP_PREFIX, to);
  else if (token_table != NULL)
    add_clip_l (from, to);
  else if (sf_tensor_list_find (from, "token_embedding.weight") != NULL)
    add_prefixed (from, OPEN_CLIP_PREFIX, to);
  else if (is_convolution (from, "1.weight", 4))
    add_prefixed (from, SF_PREFIX_TAESD_DECODER, to);
  else if (is_convolution (from, "0.weight", 3))
    add_prefixed (from, SF_PREFIX_TAESD_ENCODER, to);
  else
    add_model (from, to);
}
