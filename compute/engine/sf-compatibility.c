/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-request-field.h"

/* What the programs do by default:
 *
 *   A1111      shared_options.py; "GPU" noise, which its "NV" models
 *   ComfyUI    sample.py prepare_noise, samplers.py; noise between steps is drawn on the GPU
 *   diffusers  pipeline_stable_diffusion.py with a generator on the CPU; no prompt syntax */
static const struct
{
  const char *field;
  const char *values[SF_COMPATIBILITY_CUSTOM];
} pieces[] = {
  { "style", { "plain", "a1111", "comfyui", "diffusers" } },
  { "timesteps", { "continuous", "continuous", "integer", "integer" } },
  { "rng", { "cpu", "philox", "cpu", "cpu" } },
  { "start-noise", { "auto", "auto", "auto", "auto" } },
  { "discard-penultimate", { "auto", "auto", "auto", "auto" } },
  { "batch-noise", { "separate", "separate", "joint", "joint" } },
  { "step-noise", { "same", "same", "philox", "same" } },
  { "grammar", { "a1111", "a1111", "comfyui", "plain" } },
  { "emphasis", { "original", "original", "comfyui", "ignore" } },
};

const SfNamed *const *
sf_compatibility_list (void)
{
  static const SfNamed names[] = {
    [SF_COMPATIBILITY_PLAIN] = { "plain", "None" },
    [SF_COMPATIBILITY_A1111] = { "a1111", "A1111" },
    [SF_COMPATIBILITY_COMFYUI] = { "comfyui", "ComfyUI" },
    [SF_COMPATIBILITY_DIFFUSERS] = { "diffusers", "diffusers" },
    [SF_COMPATIBILITY_CUSTOM] = { "custom", "Custom" },
  };
  static const SfNamed *const list[] = {
    &names[0], &names[1], &names[2], &names[3], &names[4], NULL
  };

  return list;
}

void
sf_request_set_compatibility (SfRequest *self, SfCompatibility compatibility)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; compatibility < SF_COMPATIBILITY_CUSTOM && i < G_N_ELEMENTS (pieces); i++)
    {
      const SfRequestField *field = sf_request_find_field (pieces[i].field);
      const gboolean set = sf_request_field_set (field, self, pieces[i].values[compatibility],
                                                 NULL);

      g_assert (set);
    }
}

static gboolean
is_of (const SfRequest *self, SfCompatibility compatibility)
{
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autofree char *value = sf_request_field_get (sf_request_find_field (pieces[i].field), self);

      if (!g_str_equal (value, pieces[i].values[compatibility]))
        return FALSE;
    }

  return TRUE;
}

SfCompatibility
sf_request_get_compatibility (const SfRequest *self)
{
  SfCompatibility compatibility = SF_COMPATIBILITY_PLAIN;

  g_return_val_if_fail (self != NULL, SF_COMPATIBILITY_CUSTOM);

  while (compatibility < SF_COMPATIBILITY_CUSTOM && !is_of (self, compatibility))
    compatibility++;

  return compatibility;
}
