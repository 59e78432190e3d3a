/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samplers/sf-named.h"

G_BEGIN_DECLS

/* Whose variant of schedules and samplers, where programs differ. What differs is told
 * where it does: sf-schedule.h, sf-sampler.h. */
typedef enum
{
  /* As published: k-diffusion, for ddim and plms ldm; schedules that neither has are
   * those of the program that brought them. */
  SF_STYLE_PLAIN,

  SF_STYLE_A1111,     /* AUTOMATIC1111's stable-diffusion-webui */
  SF_STYLE_COMFYUI,   /* ComfyUI */
  SF_STYLE_DIFFUSERS, /* the schedulers of Hugging Face's diffusers */
} SfStyle;

/* Names: "plain", "a1111", "comfyui", "diffusers". */
const SfNamed *const *sf_style_list (void);

/* A setting that a style decides unless someone else does. */
typedef enum
{
  SF_SWITCH_AUTO,
  SF_SWITCH_ON,
  SF_SWITCH_OFF,
} SfSwitch;

/* Names: "auto", "on", "off". */
const SfNamed *const *sf_switch_list (void);
gboolean sf_switch_from_name (const char *name, SfSwitch *value, GError **error);

/* What the unit noise is multiplied with to make the first state at sigma. */
typedef enum
{
  SF_START_NOISE_AUTO,     /* as the style does it: sf_sampler_plan_new() */
  SF_START_NOISE_SIGMA,    /* sigma: no picture is in the state */
  SF_START_NOISE_VARIANCE, /* sqrt (1 + sigma^2): of the deviation that states have in training */
} SfStartNoise;

/* Names: "auto", "sigma", "variance". */
const SfNamed *const *sf_start_noise_list (void);

G_END_DECLS
