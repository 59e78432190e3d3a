/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-text-names.h"

#include <string.h>

#define TOWER_PREFIX "text_model."
#define LAYERS_PREFIX "encoder.layers."
#define N_PROJECTIONS 3

static const char *const PROJECTIONS[N_PROJECTIONS] = { "q_proj", "k_proj", "v_proj" };

typedef struct
{
  const char *theirs;
  const char *open_clip;
} Name;

/* Where @name lies in a layer: its number's end, or NULL. */
static const char *
skip_layer (const char *name)
{
  const char *at = name + strlen (LAYERS_PREFIX);

  if (!g_str_has_prefix (name, LAYERS_PREFIX) || !g_ascii_isdigit (*at))
    return NULL;
  while (g_ascii_isdigit (*at))
    at++;
  return *at == '.' ? at + 1 : NULL;
}

/* Three tensors of the same kind as one. FALSE when they are not there or do not fit together. */
static gboolean
stack (const SfTensorList *from, const char *layer, const char *kind, SfTensorInfo *stacked,
       SfTensorInfo parts[N_PROJECTIONS])
{
  for (guint i = 0; i < N_PROJECTIONS; i++)
    {
      g_autofree char *name = g_strconcat (layer, "self_attn.", PROJECTIONS[i], ".", kind, NULL);
      const SfTensorInfo *part = sf_tensor_list_find (from, name);

      if (part == NULL || part->n_parts > 0 || part->n_dims == 0)
        return FALSE;
      parts[i] = *part;
      parts[i].name = NULL;
      if (i == 0)
        {
          *stacked = *part;
          continue;
        }
      if (part->dtype != stacked->dtype || part->n_dims != stacked->n_dims
          || part->n_values != parts[0].n_values
          || memcmp (part->dims, parts[0].dims, sizeof part->dims) != 0)
        return FALSE;
    }
  stacked->dims[0] *= N_PROJECTIONS;
  stacked->n_values *= N_PROJECTIONS;
  stacked->n_bytes *= N_PROJECTIONS;
  stacked->data = NULL;
  stacked->is_strided = FALSE;
  stacked->n_parts = N_PROJECTIONS;
  stacked->parts = parts;
  return TRUE;
}

/* Adds the stack that a tensor of a layer belongs to when it is its first. TRUE: it belongs to one. */
static gboolean
add_stacked (const SfTensorList *from, const SfTensorInfo *tensor, const char *in_layer,
             const char *block, SfTensorList *to)
{
  g_autofree char *layer = g_strndup (tensor->name, (gsize) (in_layer - tensor->name));
  SfTensorInfo stacked, parts[N_PROJECTIONS];
  gboolean is_projection = FALSE;

  for (guint i = 0; i < N_PROJECTIONS; i++)
    {
      g_autofree char *start = g_strconcat ("self_attn.", PROJECTIONS[i], ".", NULL);
      const char *kind = in_layer + strlen (start);

      if (!g_str_has_prefix (in_layer, start) || !stack (from, layer, kind, &stacked, parts))
        continue;
      is_projection = TRUE;
      if (i == 0)
        {
          g_autofree char *name = g_strconcat (block, "attn.in_proj_", kind, NULL);

          sf_tensor_list_add (to, name, &stacked);
        }
    }
  return is_projection;
}

static char *
translate (const char *name, const Name *names, guint n_names)
{
  for (guint i = 0; i < n_names; i++)
    {
      if (g_str_has_prefix (name, names[i].theirs))
        return g_strconcat (names[i].open_clip, name + strlen (names[i].theirs), NULL);
    }
  return g_strdup (name);
}

static void
add_in_layer (const SfTensorList *from, const SfTensorInfo *tensor, const char *name,
              const char *in_layer, const char *prefix, SfTensorList *to)
{
  static const Name NAMES[] = {
    { "layer_norm1.", "ln_1." },
    { "layer_norm2.", "ln_2." },
    { "mlp.fc1.", "mlp.c_fc." },
    { "mlp.fc2.", "mlp.c_proj." },
    { "self_attn.out_proj.", "attn.out_proj." },
  };
  const char *number = name + strlen (LAYERS_PREFIX);
  g_autofree char *block = g_strdup_printf ("%stransformer.resblocks.%.*s", prefix,
                                            (int) (in_layer - number), number);
  g_autofree char *inner = NULL;
  g_autofree char *full = NULL;

  if (add_stacked (from, tensor, in_layer, block, to))
    return;
  inner = translate (in_layer, NAMES, G_N_ELEMENTS (NAMES));
  full = g_strconcat (block, inner, NULL);
  sf_tensor_list_add (to, full, tensor);
}

void
sf_text_names_to_open_clip (const SfTensorList *from, const char *prefix, SfTensorList *to)
{
  static const Name NAMES[] = {
    { "embeddings.token_embedding.", "token_embedding." },
    { "embeddings.position_embedding.weight", "positional_embedding" },
    { "final_layer_norm.", "ln_final." },
  };

  g_return_if_fail (from != NULL && prefix != NULL && to != NULL);

  for (guint i = 0; i < sf_tensor_list_get_n_tensors (from); i++)
    {
      const SfTensorInfo *tensor = sf_tensor_list_get (from, i);
      const char *name = tensor->name;
      const char *in_layer = NULL;
      g_autofree char *inner = NULL;
      g_autofree char *full = NULL;

      if (g_str_has_prefix (name, TOWER_PREFIX))
        name += strlen (TOWER_PREFIX);
      in_layer = skip_layer (name);
      if (in_layer != NULL)
        {
          add_in_layer (from, tensor, name, in_layer, prefix, to);
          continue;
        }
      inner = translate (name, NAMES, G_N_ELEMENTS (NAMES));
      full = g_strconcat (prefix, inner, NULL);
      sf_tensor_list_add (to, full, tensor);
    }
}
