/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-model-names.h"

#include <string.h>

#define SD1_TEXT_PREFIX "cond_stage_model.transformer."

/* Every rule: a prefix that names may have, and what stands in its place in original files. */
typedef struct
{
  const char *theirs;
  const char *ours;
} PrefixRule;

static void
add_with_prefixes (const SfTensorInfo *tensor, const PrefixRule *rules, guint n_rules,
                   SfTensorList *to)
{
  g_autofree char *name = NULL;

  for (guint i = 0; i < n_rules && name == NULL; i++)
    {
      if (g_str_has_prefix (tensor->name, rules[i].theirs))
        name = g_strconcat (rules[i].ours, tensor->name + strlen (rules[i].theirs), NULL);
    }
  sf_tensor_list_add (to, name != NULL ? name : tensor->name, tensor);
}

static void
add_all_with_prefixes (const SfTensorList *from, const PrefixRule *rules, guint n_rules,
                       SfTensorList *to)
{
  for (guint i = 0; i < sf_tensor_list_get_n_tensors (from); i++)
    add_with_prefixes (sf_tensor_list_get (from, i), rules, n_rules, to);
}

/* The 3×3 convolution @name, if it takes @in_channels. */
static gboolean
is_convolution_from (const SfTensorList *from, const char *name, gsize in_channels)
{
  const SfTensorInfo *tensor = sf_tensor_list_find (from, name);

  return tensor != NULL && tensor->n_dims == 4 && tensor->dims[1] == in_channels;
}

/* AutoencoderTiny of diffusers counts the decoder's layers without the clamp in front of them. */
static void
add_diffusers_taesd (const SfTensorList *from, SfTensorList *to)
{
  for (guint i = 0; i < sf_tensor_list_get_n_tensors (from); i++)
    {
      const SfTensorInfo *tensor = sf_tensor_list_get (from, i);
      const char *rest = tensor->name;
      g_autofree char *name = NULL;
      guint64 layer = 0;
      char *end = NULL;

      if (g_str_has_prefix (rest, "decoder.layers."))
        {
          layer = g_ascii_strtoull (rest + strlen ("decoder.layers."), &end, 10);
          name = g_strdup_printf (SF_PREFIX_TAESD_DECODER "%" G_GUINT64_FORMAT "%s", layer + 1,
                                  end);
        }
      else if (g_str_has_prefix (rest, "encoder.layers."))
        {
          name = g_strconcat (SF_PREFIX_TAESD_ENCODER, rest + strlen ("encoder.layers."), NULL);
        }
      sf_tensor_list_add (to, name != NULL ? name : rest, tensor);
    }
}

void
sf_model_names_translate (const SfTensorList *from, SfTensorList *to)
{
  static const PrefixRule BARE_VAE[] = {
    { "encoder.", SF_PREFIX_VAE "encoder." },
    { "decoder.", SF_PREFIX_VAE "decoder." },
    { "quant_conv.", SF_PREFIX_VAE "quant_conv." },
    { "post_quant_conv.", SF_PREFIX_VAE "post_quant_conv." },
  };
  /* Of the first releases of transformers, without the name of the tower. */
  static const PrefixRule WHOLE_MODEL[] = {
    { SD1_TEXT_PREFIX "embeddings.", SD1_TEXT_PREFIX "text_model.embeddings." },
    { SD1_TEXT_PREFIX "encoder.", SD1_TEXT_PREFIX "text_model.encoder." },
    { SD1_TEXT_PREFIX "final_layer_norm.", SD1_TEXT_PREFIX "text_model.final_layer_norm." },
  };
  static const PrefixRule BARE_TAESD_DECODER[] = { { "", SF_PREFIX_TAESD_DECODER } };
  static const PrefixRule BARE_TAESD_ENCODER[] = { { "", SF_PREFIX_TAESD_ENCODER } };

  if (sf_tensor_list_find (from, "decoder.conv_in.weight") != NULL)
    add_all_with_prefixes (from, BARE_VAE, G_N_ELEMENTS (BARE_VAE), to);
  else if (sf_tensor_list_has (from, "decoder.layers."))
    add_diffusers_taesd (from, to);
  else if (is_convolution_from (from, "1.weight", 4))
    add_all_with_prefixes (from, BARE_TAESD_DECODER, 1, to);
  else if (is_convolution_from (from, "0.weight", 3))
    add_all_with_prefixes (from, BARE_TAESD_ENCODER, 1, to);
  else
    add_all_with_prefixes (from, WHOLE_MODEL, G_N_ELEMENTS (WHOLE_MODEL), to);
}
