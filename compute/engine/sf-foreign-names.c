/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-foreign-names.h"

#include "samplers/sf-sampler.h"
#include "samplers/sf-schedule.h"

#include <string.h>

/* Our name, and another's. */
static const SfNamed foreign_samplers[] = {
  { "euler_a", "euler_ancestral" },
  { "euler_a", "Euler Ancestral" },
  { "dpm2", "dpm_2" },
  { "dpm2", "kdpm_2" },
  { "dpm2", "KDPM2" },
  { "dpm2_a", "dpm_2_ancestral" },
  { "dpm2_a", "dpm_2_a" },
  { "dpm2_a", "kdpm_2_a" },
  { "dpm2_a", "KDPM2 a" },
  { "lms", "LMSD" },
  { "dpmpp_2s_a", "dpmpp_2s_ancestral" },
  { "dpmpp_2s_a", "dpm++2s_a" },
  { "dpmpp_2m", "dpm++2m" },
  { "dpmpp_sde", "dpmpp_sde_gpu" },
  { "dpmpp_2m_sde", "dpmpp_2m_sde_gpu" },
  { "dpmpp_3m_sde", "dpmpp_3m_sde_gpu" },
  { "plms", "pndm" },
  { "unipc", "uni_pc" },
};

static const SfNamed foreign_schedules[] = {
  { "default", "Normal" },         { "default", "native" },
  { "default", "discrete" },       { "exponential", "Polyexponential" },
  { "sgm_uniform", "SGMUniform" }, { "ays", "AYS" },
  { "ays", "align_your_steps" },
};

/* By our name, our title or one of @others; only what is in the list of choices. */
static const char *
find (const SfNamed *const *choices, const SfNamed *others, guint n_others, const char *text)
{
  for (guint i = 0; i < n_others; i++)
    if (g_ascii_strcasecmp (others[i].title, text) == 0)
      {
        text = others[i].name;
        break;
      }

  for (guint i = 0; choices[i] != NULL; i++)
    if (g_ascii_strcasecmp (choices[i]->name, text) == 0
        || g_ascii_strcasecmp (choices[i]->title, text) == 0)
      return choices[i]->name;

  return NULL;
}

static const char *
find_sampler (const char *text)
{
  return find (sf_sampler_list (), foreign_samplers, G_N_ELEMENTS (foreign_samplers), text);
}

const char *
sf_foreign_schedule_find (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return find (sf_schedule_list (), foreign_schedules, G_N_ELEMENTS (foreign_schedules), text);
}

const char *
sf_foreign_sampler_find (const char *text, const char **schedule)
{
  const char *name;

  g_return_val_if_fail (text != NULL && schedule != NULL, NULL);

  *schedule = NULL;
  name = find_sampler (text);
  for (const char *at = text; name == NULL && *at != '\0'; at++)
    {
      g_autofree char *sampler = NULL;

      if (at == text || (*at != ' ' && *at != '_'))
        continue;
      *schedule = sf_foreign_schedule_find (at + 1);
      sampler = g_strndup (text, (gsize) (at - text));
      name = *schedule != NULL ? find_sampler (sampler) : NULL;
    }

  return name;
}
