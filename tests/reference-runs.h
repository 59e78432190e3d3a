/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samplers/sf-sampler.h"

/* The stored runs of other programs (tests/goldens/t2i-noise/README.md) and the settings that
 * give them; all else is left to the style. */
typedef struct
{
  const char *golden; /* in tests/goldens/t2i-GOLDEN */
  const char *sampler;
  const char *schedule;
  guint steps;
  double guidance;
  SfStyle style;
  SfTimesteps timesteps;
  gboolean has_unit_states; /* the recorded states have variance 1 */
} ReferenceRun;

static const ReferenceRun reference_runs[] = {
  { "euler-default-10-cfg7.5", "euler", "default", 10, 7.5, SF_STYLE_PLAIN, SF_TIMESTEPS_CONTINUOUS,
    FALSE },
  { "euler-default-10-cfg7.5-quant", "euler", "default", 10, 7.5, SF_STYLE_PLAIN,
    SF_TIMESTEPS_INTEGER, FALSE },
  { "euler_a-default-10-cfg7.5", "euler_a", "default", 10, 7.5, SF_STYLE_PLAIN,
    SF_TIMESTEPS_CONTINUOUS, FALSE },
  { "dpmpp_2m-karras-10-cfg7.5", "dpmpp_2m", "karras", 10, 7.5, SF_STYLE_PLAIN,
    SF_TIMESTEPS_CONTINUOUS, FALSE },
  { "dpmpp_2m-karras-10-cfg7.5-quant", "dpmpp_2m", "karras", 10, 7.5, SF_STYLE_PLAIN,
    SF_TIMESTEPS_INTEGER, FALSE },
  { "ddim-uniform-10-cfg7.5", "ddim", "default", 10, 7.5, SF_STYLE_PLAIN, SF_TIMESTEPS_CONTINUOUS,
    TRUE },
  { "heun-karras-5-cfg7.5", "heun", "karras", 5, 7.5, SF_STYLE_PLAIN, SF_TIMESTEPS_CONTINUOUS,
    FALSE },
  { "heun-karras-5-cfg7.5-quant", "heun", "karras", 5, 7.5, SF_STYLE_PLAIN, SF_TIMESTEPS_INTEGER,
    FALSE },
  { "lcm-sgm_uniform-4-cfg1", "lcm", "sgm_uniform", 4, 1.0, SF_STYLE_PLAIN, SF_TIMESTEPS_CONTINUOUS,
    FALSE },
  { "lcm-sgm_uniform-4-cfg1-quant", "lcm", "sgm_uniform", 4, 1.0, SF_STYLE_PLAIN,
    SF_TIMESTEPS_INTEGER, FALSE },
  { "dpm2-karras-5-cfg7.5", "dpm2", "karras", 5, 7.5, SF_STYLE_PLAIN, SF_TIMESTEPS_CONTINUOUS,
    FALSE },
  { "dpm2_a-karras-5-cfg7.5", "dpm2_a", "karras", 5, 7.5, SF_STYLE_PLAIN, SF_TIMESTEPS_CONTINUOUS,
    FALSE },
  { "lms-default-10-cfg7.5", "lms", "default", 10, 7.5, SF_STYLE_PLAIN, SF_TIMESTEPS_CONTINUOUS,
    FALSE },
  { "dpmpp_2s_a-karras-6-cfg7.5", "dpmpp_2s_a", "karras", 6, 7.5, SF_STYLE_PLAIN,
    SF_TIMESTEPS_CONTINUOUS, FALSE },
  { "dpmpp_sde-karras-6-cfg7.5", "dpmpp_sde", "karras", 6, 7.5, SF_STYLE_PLAIN,
    SF_TIMESTEPS_CONTINUOUS, FALSE },
  { "dpmpp_2m_sde-karras-10-cfg7.5", "dpmpp_2m_sde", "karras", 10, 7.5, SF_STYLE_PLAIN,
    SF_TIMESTEPS_CONTINUOUS, FALSE },
  { "dpmpp_3m_sde-exponential-10-cfg7.5", "dpmpp_3m_sde", "exponential", 10, 7.5, SF_STYLE_PLAIN,
    SF_TIMESTEPS_CONTINUOUS, FALSE },
  { "plms-uniform-10-cfg7.5", "plms", "default", 10, 7.5, SF_STYLE_PLAIN, SF_TIMESTEPS_CONTINUOUS,
    TRUE },
  { "euler-karras-10-cfg7.5", "euler", "karras", 10, 7.5, SF_STYLE_PLAIN, SF_TIMESTEPS_CONTINUOUS,
    FALSE },
  { "euler-karras-10-cfg7.5-quant", "euler", "karras", 10, 7.5, SF_STYLE_PLAIN,
    SF_TIMESTEPS_INTEGER, FALSE },
  { "euler-sgm_uniform-10-cfg7.5", "euler", "sgm_uniform", 10, 7.5, SF_STYLE_PLAIN,
    SF_TIMESTEPS_CONTINUOUS, FALSE },
  { "euler-sgm_uniform-10-cfg7.5-quant", "euler", "sgm_uniform", 10, 7.5, SF_STYLE_PLAIN,
    SF_TIMESTEPS_INTEGER, FALSE },
  { "euler-simple-10-cfg7.5", "euler", "simple", 10, 7.5, SF_STYLE_PLAIN, SF_TIMESTEPS_CONTINUOUS,
    FALSE },
  { "euler-simple-10-cfg7.5-quant", "euler", "simple", 10, 7.5, SF_STYLE_PLAIN,
    SF_TIMESTEPS_INTEGER, FALSE },
  { "dpmpp_2m-default-10-cfg7.5", "dpmpp_2m", "default", 10, 7.5, SF_STYLE_PLAIN,
    SF_TIMESTEPS_CONTINUOUS, FALSE },
  { "dpmpp_2m-default-10-cfg7.5-quant", "dpmpp_2m", "default", 10, 7.5, SF_STYLE_PLAIN,
    SF_TIMESTEPS_INTEGER, FALSE },
  { "euler-default-20-cfg1", "euler", "default", 20, 1.0, SF_STYLE_PLAIN, SF_TIMESTEPS_CONTINUOUS,
    FALSE },
  { "euler-default-20-cfg1-quant", "euler", "default", 20, 1.0, SF_STYLE_PLAIN,
    SF_TIMESTEPS_INTEGER, FALSE },
  { "diffusers_lcm-lcm-4-cfg1", "lcm", "default", 4, 1.0, SF_STYLE_DIFFUSERS, SF_TIMESTEPS_INTEGER,
    TRUE },
  { "diffusers_euler-leading-10-cfg7.5", "euler", "leading", 10, 7.5, SF_STYLE_DIFFUSERS,
    SF_TIMESTEPS_INTEGER, FALSE },
  { "diffusers_euler_a-leading-10-cfg7.5", "euler_a", "leading", 10, 7.5, SF_STYLE_DIFFUSERS,
    SF_TIMESTEPS_INTEGER, FALSE },
  { "diffusers_ddim-leading-10-cfg7.5", "ddim", "leading", 10, 7.5, SF_STYLE_DIFFUSERS,
    SF_TIMESTEPS_INTEGER, TRUE },
  { "diffusers_pndm-leading-10-cfg7.5", "plms", "leading", 10, 7.5, SF_STYLE_DIFFUSERS,
    SF_TIMESTEPS_INTEGER, TRUE },
  { "diffusers_dpmpp_2m-linspace-10-cfg7.5", "dpmpp_2m", "linspace", 10, 7.5, SF_STYLE_DIFFUSERS,
    SF_TIMESTEPS_INTEGER, TRUE },
  { "diffusers_dpmpp_2m-karras-10-cfg7.5", "dpmpp_2m", "karras", 10, 7.5, SF_STYLE_DIFFUSERS,
    SF_TIMESTEPS_INTEGER, TRUE },
  { "diffusers_unipc-linspace-10-cfg7.5", "unipc", "linspace", 10, 7.5, SF_STYLE_DIFFUSERS,
    SF_TIMESTEPS_INTEGER, TRUE },
  { "diffusers_heun-linspace-5-cfg7.5", "heun", "linspace", 5, 7.5, SF_STYLE_DIFFUSERS,
    SF_TIMESTEPS_INTEGER, FALSE },
};
