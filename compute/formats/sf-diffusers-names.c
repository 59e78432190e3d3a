/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-diffusers-names.h"

#include <string.h>

#define MAX_NUMBER 999

typedef struct
{
  const char *theirs;
  const char *ours;
} Prefix;

/* @name with the first prefix of theirs that it has replaced. */
static char *
replace_prefix (const char *name, const Prefix *prefixes, guint n_prefixes)
{
  for (guint i = 0; i < n_prefixes; i++)
    {
      if (g_str_has_prefix (name, prefixes[i].theirs))
        return g_strconcat (prefixes[i].ours, name + strlen (prefixes[i].theirs), NULL);
    }
  return g_strdup (name);
}

/* Whether @name begins as @pattern says, in which each '#' is a number; what follows is put in @rest. */
static gboolean
match (const char *name, const char *pattern, guint numbers[2], const char **rest)
{
  guint n_numbers = 0;

  for (; *pattern != '\0'; pattern++)
    {
      if (*pattern == '#')
        {
          guint number = 0;

          if (!g_ascii_isdigit (*name))
            return FALSE;
          while (g_ascii_isdigit (*name) && number <= MAX_NUMBER)
            number = number * 10 + (guint) (*name++ - '0');
          numbers[n_numbers++] = number;
        }
      else if (*name++ != *pattern)
        {
          return FALSE;
        }
    }
  *rest = name;
  return TRUE;
}

/* How many tensors there are that are called @begin, a number from 0 on, @end. */
static guint
count (const SfTensorList *all, const char *begin, const char *end)
{
  guint n = 0;

  for (; n <= MAX_NUMBER; n++)
    {
      g_autofree char *name = g_strdup_printf ("%s%u%s", begin, n, end);

      if (sf_tensor_list_find (all, name) == NULL)
        break;
    }
  return n;
}

static char *
name_unet_resnet (const char *place, guint block, const char *rest)
{
  static const Prefix PREFIXES[] = {
    { "norm1.", "in_layers.0." },          { "conv1.", "in_layers.2." },
    { "time_emb_proj.", "emb_layers.1." }, { "norm2.", "out_layers.0." },
    { "conv2.", "out_layers.3." },         { "conv_shortcut.", "skip_connection." },
  };
  g_autofree char *inner = replace_prefix (rest, PREFIXES, G_N_ELEMENTS (PREFIXES));

  return g_strdup_printf ("%s.%u.%s%s", place, block,
                          g_str_equal (place, "middle_block") ? "" : "0.", inner);
}

char *
sf_diffusers_unet_name (const SfTensorList *all, const char *name)
{
  static const Prefix PREFIXES[] = {
    { "time_embedding.linear_1.", "time_embed.0." },
    { "time_embedding.linear_2.", "time_embed.2." },
    { "add_embedding.linear_1.", "label_emb.0.0." },
    { "add_embedding.linear_2.", "label_emb.0.2." },
    { "class_embedding.linear_1.", "label_emb.0.0." },
    { "class_embedding.linear_2.", "label_emb.0.2." },
    { "conv_in.", "input_blocks.0.0." },
    { "conv_norm_out.", "out.0." },
    { "conv_out.", "out.2." },
    { "mid_block.attentions.0.", "middle_block.1." },
  };
  const guint n_resnets = count (all, "down_blocks.0.resnets.", ".conv1.weight");
  guint numbers[2];
  const char *rest = NULL;

  if (match (name, "down_blocks.#.resnets.#.", numbers, &rest))
    return name_unet_resnet ("input_blocks", 1 + (n_resnets + 1) * numbers[0] + numbers[1], rest);
  if (match (name, "down_blocks.#.attentions.#.", numbers, &rest))
    return g_strdup_printf ("input_blocks.%u.1.%s", 1 + (n_resnets + 1) * numbers[0] + numbers[1],
                            rest);
  if (match (name, "down_blocks.#.downsamplers.0.conv.", numbers, &rest))
    return g_strdup_printf ("input_blocks.%u.0.op.%s", (n_resnets + 1) * (numbers[0] + 1), rest);

  /* On the way up a level has one block more. */
  if (match (name, "up_blocks.#.resnets.#.", numbers, &rest))
    return name_unet_resnet ("output_blocks", (n_resnets + 1) * numbers[0] + numbers[1], rest);
  if (match (name, "up_blocks.#.attentions.#.", numbers, &rest))
    return g_strdup_printf ("output_blocks.%u.1.%s", (n_resnets + 1) * numbers[0] + numbers[1],
                            rest);
  if (match (name, "up_blocks.#.upsamplers.0.conv.", numbers, &rest))
    {
      g_autofree char *attention = g_strdup_printf ("up_blocks.%u.attentions.0.norm.weight",
                                                    numbers[0]);

      return g_strdup_printf ("output_blocks.%u.%u.conv.%s",
                              (n_resnets + 1) * numbers[0] + n_resnets,
                              sf_tensor_list_find (all, attention) != NULL ? 2 : 1, rest);
    }
  if (match (name, "mid_block.resnets.#.", numbers, &rest))
    return name_unet_resnet ("middle_block", 2 * numbers[0], rest);
  return replace_prefix (name, PREFIXES, G_N_ELEMENTS (PREFIXES));
}

static char *
name_vae_resnet (const char *rest)
{
  static const Prefix PREFIXES[] = { { "conv_shortcut.", "nin_shortcut." } };

  return replace_prefix (rest, PREFIXES, G_N_ELEMENTS (PREFIXES));
}

/* The attention was an AttentionBlock first, with names of its own. */
static char *
name_vae_attention (const char *half, const char *rest)
{
  static const Prefix PREFIXES[] = {
    { "group_norm.", "norm." },    { "to_q.", "q." },  { "to_k.", "k." }, { "to_v.", "v." },
    { "to_out.0.", "proj_out." },  { "query.", "q." }, { "key.", "k." },  { "value.", "v." },
    { "proj_attn.", "proj_out." },
  };
  g_autofree char *inner = replace_prefix (rest, PREFIXES, G_N_ELEMENTS (PREFIXES));

  return g_strconcat (half, ".mid.attn_1.", inner, NULL);
}

char *
sf_diffusers_vae_name (const SfTensorList *all, const char *name)
{
  static const Prefix PREFIXES[] = {
    { "encoder.conv_norm_out.", "encoder.norm_out." },
    { "decoder.conv_norm_out.", "decoder.norm_out." },
  };
  const guint n_levels = count (all, "decoder.up_blocks.", ".resnets.0.conv1.weight");
  g_autofree char *inner = NULL;
  guint numbers[2];
  const char *rest = NULL;

  if (match (name, "encoder.down_blocks.#.resnets.#.", numbers, &rest))
    {
      inner = name_vae_resnet (rest);
      return g_strdup_printf ("encoder.down.%u.block.%u.%s", numbers[0], numbers[1], inner);
    }
  if (match (name, "encoder.down_blocks.#.downsamplers.0.conv.", numbers, &rest))
    return g_strdup_printf ("encoder.down.%u.downsample.conv.%s", numbers[0], rest);

  /* The original counts levels from the picture's size, diffusers in the order in which they run. */
  if (match (name, "decoder.up_blocks.#.resnets.#.", numbers, &rest) && numbers[0] < n_levels)
    {
      inner = name_vae_resnet (rest);
      return g_strdup_printf ("decoder.up.%u.block.%u.%s", n_levels - 1 - numbers[0], numbers[1],
                              inner);
    }
  if (match (name, "decoder.up_blocks.#.upsamplers.0.conv.", numbers, &rest)
      && numbers[0] < n_levels)
    return g_strdup_printf ("decoder.up.%u.upsample.conv.%s", n_levels - 1 - numbers[0], rest);

  if (match (name, "encoder.mid_block.resnets.#.", numbers, &rest)
      || match (name, "decoder.mid_block.resnets.#.", numbers, &rest))
    {
      inner = name_vae_resnet (rest);
      return g_strdup_printf ("%.7s.mid.block_%u.%s", name, numbers[0] + 1, inner);
    }
  if (match (name, "encoder.mid_block.attentions.0.", numbers, &rest))
    return name_vae_attention ("encoder", rest);
  if (match (name, "decoder.mid_block.attentions.0.", numbers, &rest))
    return name_vae_attention ("decoder", rest);
  return replace_prefix (name, PREFIXES, G_N_ELEMENTS (PREFIXES));
}

char *
sf_diffusers_taesd_name (const char *name)
{
  guint numbers[2];
  const char *rest = NULL;

  /* The decoder's layers are counted without the clamp in front of them. */
  if (match (name, "decoder.layers.#.", numbers, &rest))
    return g_strdup_printf ("taesd_decoder.%u.%s", numbers[0] + 1, rest);
  if (match (name, "encoder.layers.#.", numbers, &rest))
    return g_strdup_printf ("taesd_encoder.%u.%s", numbers[0], rest);
  return g_strdup (name);
}
