/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-style.h"

#include <glib/gi18n-lib.h>

static const SfNamed styles[] = {
  [SF_STYLE_PLAIN] = { "plain", "As published" },
  [SF_STYLE_A1111] = { "a1111", "AUTOMATIC1111" },
  [SF_STYLE_COMFYUI] = { "comfyui", "ComfyUI" },
  [SF_STYLE_DIFFUSERS] = { "diffusers", "Diffusers" },
};

static const SfNamed switches[] = {
  [SF_SWITCH_AUTO] = { "auto", "Automatic" },
  [SF_SWITCH_ON] = { "on", "On" },
  [SF_SWITCH_OFF] = { "off", "Off" },
};

static const SfNamed start_noises[] = {
  [SF_START_NOISE_AUTO] = { "auto", "Automatic" },
  [SF_START_NOISE_SIGMA] = { "sigma", "Sigma" },
  [SF_START_NOISE_VARIANCE] = { "variance", "Variance" },
};

const SfNamed *const *
sf_style_list (void)
{
  static const SfNamed *const list[] = { &styles[SF_STYLE_PLAIN], &styles[SF_STYLE_A1111],
                                         &styles[SF_STYLE_COMFYUI], &styles[SF_STYLE_DIFFUSERS],
                                         NULL };

  return list;
}

const SfNamed *const *
sf_switch_list (void)
{
  static const SfNamed *const list[] = { &switches[SF_SWITCH_AUTO], &switches[SF_SWITCH_ON],
                                         &switches[SF_SWITCH_OFF], NULL };

  return list;
}

gboolean
sf_switch_from_name (const char *name, SfSwitch *value, GError **error)
{
  const SfNamed *named = sf_named_find (sf_switch_list (), _ ("switch"), name, error);

  if (named == NULL)
    return FALSE;

  *value = (SfSwitch) (named - switches);
  return TRUE;
}

const SfNamed *const *
sf_start_noise_list (void)
{
  static const SfNamed *const list[] = { &start_noises[SF_START_NOISE_AUTO],
                                         &start_noises[SF_START_NOISE_SIGMA],
                                         &start_noises[SF_START_NOISE_VARIANCE], NULL };

  return list;
}
