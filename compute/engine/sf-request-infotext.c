/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-request-infotext.h"

#include "engine/sf-model-path.h"
#include "formats/sf-infotext.h"
#include "samplers/sf-sampler.h"
#include "samplers/sf-schedule.h"

#include <string.h>

#define HASH_DIGITS 10

/* A1111's schedules (modules/sd_schedulers.py) that are another of ours. */
static const SfNamed foreign_schedules[] = {
  { "default", "Normal" },
  { "exponential", "Polyexponential" },
};

static const char *
find_schedule_title (const char *name)
{
  return sf_named_find (sf_schedule_list (), "schedule", name, NULL)->title;
}

/* The name of what people call @title, or NULL. */
static const char *
find_name (const SfNamed *const *choices, const char *title)
{
  for (guint i = 0; choices[i] != NULL; i++)
    if (g_ascii_strcasecmp (choices[i]->title, title) == 0)
      return choices[i]->name;

  return NULL;
}

static const char *
find_schedule_name (const char *title)
{
  for (guint i = 0; i < G_N_ELEMENTS (foreign_schedules); i++)
    if (g_ascii_strcasecmp (foreign_schedules[i].title, title) == 0)
      return foreign_schedules[i].name;

  return find_name (sf_schedule_list (), title);
}

char *
sf_request_make_infotext (const SfRequest *self, const SfInfotextFacts *facts)
{
  g_autoptr (SfInfotext) infotext = sf_infotext_new (self->prompt, self->negative_prompt);
  const SfSampler *sampler = sf_sampler_from_name (self->sampler, NULL);
  g_autofree char *size = g_strdup_printf ("%ux%u", facts->width, facts->height);
  g_autofree char *hash = g_strndup (facts->model_hash, HASH_DIGITS);

  sf_infotext_set_integer (infotext, "Steps", self->steps);
  sf_infotext_set (infotext, "Sampler", sampler->named.title);
  if (!sf_sampler_has_own_schedule (sampler, SF_STYLE_A1111))
    sf_infotext_set (infotext, "Schedule type", find_schedule_title (self->schedule));
  sf_infotext_set_number (infotext, "CFG scale", self->guidance);
  sf_infotext_set_integer (infotext, "Seed", facts->seed);
  sf_infotext_set (infotext, "Size", size);
  sf_infotext_set (infotext, "Model hash", hash);
  sf_infotext_set (infotext, "Model", facts->model_name);
  if (self->clip_skip > 1)
    sf_infotext_set_integer (infotext, "Clip skip", self->clip_skip);
  sf_infotext_set (infotext, "RNG", self->rng == SF_NOISE_PHILOX ? "NV" : "CPU");
  if (self->timesteps == SF_TIMESTEPS_INTEGER)
    sf_infotext_set (infotext, "Timesteps", "integer");
  sf_infotext_set (infotext, "Version", "Sfumato " SF_VERSION);

  return sf_infotext_to_string (infotext);
}

static void
replace (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

/* Numbers of the text, kept only when a request may have them. */
static void
read_unsigned (const SfInfotext *infotext, const char *key, guint least, guint most, guint *number)
{
  const char *text = sf_infotext_get (infotext, key);
  guint64 value;

  if (text != NULL && g_ascii_string_to_unsigned (text, 10, least, most, &value, NULL))
    *number = (guint) value;
}

static void
read_numbers (SfRequest *self, const SfInfotext *infotext)
{
  const char *guidance = sf_infotext_get (infotext, "CFG scale");
  const char *seed = sf_infotext_get (infotext, "Seed");
  guint width, height;

  read_unsigned (infotext, "Steps", 1, SF_REQUEST_MAX_STEPS, &self->steps);
  read_unsigned (infotext, "Clip skip", 1, SF_REQUEST_MAX_CLIP_SKIP, &self->clip_skip);
  if (seed != NULL)
    g_ascii_string_to_unsigned (seed, 10, 0, SF_REQUEST_MAX_SEED, &self->seed, NULL);

  if (guidance != NULL)
    {
      char *end;
      const double value = g_ascii_strtod (guidance, &end);

      if (end != guidance && *end == '\0' && value >= 0.0 && value <= SF_REQUEST_MAX_GUIDANCE)
        self->guidance = value;
    }

  if (sf_infotext_get_size (infotext, "Size", &width, &height)
      && width % SF_REQUEST_SIZE_MULTIPLE == 0 && width <= SF_REQUEST_MAX_SIZE
      && height % SF_REQUEST_SIZE_MULTIPLE == 0 && height <= SF_REQUEST_MAX_SIZE)
    {
      self->width = width;
      self->height = height;
    }
}

/* Before version 1.9 A1111 wrote the schedule behind the sampler: "DPM++ 2M Karras". */
static void
read_sampler (SfRequest *self, const SfInfotext *infotext)
{
  const char *title = sf_infotext_get (infotext, "Sampler");
  const char *schedule_title = sf_infotext_get (infotext, "Schedule type");
  g_autofree char *bare = NULL;
  const char *name = NULL;
  const char *schedule = NULL;

  if (title != NULL && g_str_has_suffix (title, " Karras"))
    {
      bare = g_strndup (title, strlen (title) - strlen (" Karras"));
      schedule = "karras";
      name = find_name (sf_sampler_list (), bare);
    }
  else if (title != NULL)
    name = find_name (sf_sampler_list (), title);

  if (g_strcmp0 (schedule_title, "Automatic") == 0)
    schedule = name != NULL ? sf_sampler_from_name (name, NULL)->automatic_schedule : NULL;
  else if (schedule_title != NULL)
    schedule = find_schedule_name (schedule_title);

  if (name != NULL)
    replace (&self->sampler, name);
  if (schedule != NULL)
    replace (&self->schedule, schedule);
}

static void
read_choices (SfRequest *self, const SfInfotext *infotext)
{
  const char *model = sf_infotext_get (infotext, "Model");
  const gboolean cpu = g_strcmp0 (sf_infotext_get (infotext, "RNG"), "CPU") == 0;

  if (model != NULL && !g_str_equal (model, SF_STARTER_MODEL))
    replace (&self->model, model);

  self->rng = cpu ? SF_NOISE_CPU : SF_NOISE_PHILOX;
  if (g_strcmp0 (sf_infotext_get (infotext, "Timesteps"), "integer") == 0)
    self->timesteps = SF_TIMESTEPS_INTEGER;
}

SfRequest *
sf_request_new_from_infotext (const char *text, GError **error)
{
  g_autoptr (SfInfotext) infotext = NULL;
  SfRequest *self;

  g_return_val_if_fail (text != NULL, NULL);

  infotext = sf_infotext_parse (text);
  if (sf_infotext_get_n_pairs (infotext) == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "the text holds no settings of a picture");
      return NULL;
    }

  self = sf_request_new ();
  replace (&self->prompt, sf_infotext_get_prompt (infotext));
  replace (&self->negative_prompt, sf_infotext_get_negative_prompt (infotext));
  read_numbers (self, infotext);
  read_sampler (self, infotext);
  read_choices (self, infotext);

  return self;
}
