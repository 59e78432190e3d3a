/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-request-infotext.h"

#include "engine/sf-foreign-names.h"
#include "engine/sf-model-path.h"
#include "engine/sf-request-field.h"
#include "formats/sf-infotext.h"
#include "samplers/sf-sampler.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define HASH_DIGITS 10
#define CPU_SEED_MASK 0xffffffff /* all that the generator on the CPU takes of a seed */

/* Always written: A1111 has another default. */
#define RNG_KEY "RNG"

/* A value as it stands in the text, and as the field has it. */
typedef struct
{
  const char *text;
  const char *value;
} Word;

/* Settings that are written when they are not what the compatibility makes of them. "NV" is A1111's model of the
 * generator of a graphics card, which is its "GPU". */
static const struct
{
  const char *key;
  const char *field;
  Word words[5]; /* the first of those with the same value is written */
} settings[] = {
  { "Variation seed", "variation-seed" },
  { "Variation seed strength", "variation-strength" },
  { "Clip skip", "clip-skip" },
  { "Step cache", "step-cache" },
  { "ENSD", "eta-noise-delta" },
  { RNG_KEY,
    "rng",
    { { "NV", "philox" }, { "CPU", "cpu" }, { "GPU", "philox" }, { "cuda", "philox" } } },
  { "Eta", "eta" },
  { "CFG rescale", "guidance-rescale" },
  { "Emphasis",
    "emphasis",
    { { "Original", "original" }, { "No norm", "no-norm" }, { "Ignore", "ignore" } } },
  { "Pad conds", "pad-prompts", { { "True", "on" }, { "False", "off" } } },
  { "Noise Schedule",
    "zero-terminal-snr",
    { { "Zero Terminal SNR", "on" }, { "Default", "off" } } },
  { "SGM noise multiplier", "start-noise", { { "True", "variance" }, { "False", "sigma" } } },
  { "Discard penultimate sigma", "discard-penultimate", { { "True", "on" }, { "False", "off" } } },
  { "Prediction", "prediction", { { "v_prediction", "v" }, { "eps", "epsilon" } } },
  { "Timesteps", "timesteps" },
  { "Batch noise", "batch-noise" },
  { "Step noise", "step-noise" },
  { "Prompt grammar", "grammar" },
  { "Comma backtracking", "comma-backtracking" },
};

/* Who wrote a text that does not say "Compatibility". */
static const struct
{
  const char *version; /* how its version begins */
  SfCompatibility compatibility;
  gboolean rounds_timesteps;
} programs[] = {
  { "Sfumato", SF_COMPATIBILITY_PLAIN },
  { "ComfyUI", SF_COMPATIBILITY_COMFYUI },
  { "Fooocus", SF_COMPATIBILITY_COMFYUI },
  /* Forge keeps A1111's ways but has ComfyUI's timesteps (modules/k_prediction.py). */
  { "f0", SF_COMPATIBILITY_A1111, TRUE },
  { "f1", SF_COMPATIBILITY_A1111, TRUE },
  { "f2", SF_COMPATIBILITY_A1111, TRUE },
  { "forge", SF_COMPATIBILITY_A1111, TRUE },
};

/* It writes the eta of DDIM whatever the sampler. */
#define STABLE_DIFFUSION_CPP "stable-diffusion.cpp"

/* Where a model is not that of a file. */
static const char *const no_files[] = { "None", "Automatic", "Default (model)", "Baked VAE" };

/* The bundle that a request differs least from: that of the program whose style it has. */
static SfCompatibility
get_base (const SfRequest *self)
{
  switch (self->style)
    {
    case SF_STYLE_A1111:
      return SF_COMPATIBILITY_A1111;
    case SF_STYLE_COMFYUI:
      return SF_COMPATIBILITY_COMFYUI;
    case SF_STYLE_DIFFUSERS:
      return SF_COMPATIBILITY_DIFFUSERS;
    case SF_STYLE_PLAIN:
      return SF_COMPATIBILITY_PLAIN;
    }

  g_return_val_if_reached (SF_COMPATIBILITY_PLAIN);
}

/* A1111 has two etas. */
static const char *
choose_key (const SfRequest *self, guint setting)
{
  return g_str_equal (settings[setting].field, "eta") && g_str_equal (self->sampler, "ddim")
             ? "Eta DDIM"
             : settings[setting].key;
}

static void
write_setting (const SfRequest *self, const SfRequest *base, guint setting, SfInfotext *infotext)
{
  const SfRequestField *field = sf_request_find_field (settings[setting].field);
  g_autofree char *value = sf_request_field_get (field, self);
  g_autofree char *base_value = sf_request_field_get (field, base);
  const char *text = value;

  if (g_str_equal (value, base_value) && !g_str_equal (settings[setting].key, RNG_KEY))
    return;

  for (const Word *word = settings[setting].words; word->text != NULL && text == value; word++)
    if (g_str_equal (word->value, value))
      text = word->text;
  if (field->kind == SF_FIELD_NUMBER)
    sf_infotext_set_number (infotext, choose_key (self, setting), g_ascii_strtod (value, NULL));
  else
    sf_infotext_set (infotext, choose_key (self, setting), text);
}

static void
write_file (SfInfotext *infotext, const char *key, const char *name, const char *hash_key,
            const char *hash)
{
  if (hash != NULL)
    {
      g_autofree char *digits = g_strndup (hash, HASH_DIGITS);

      sf_infotext_set (infotext, hash_key, digits);
    }
  if (name != NULL)
    sf_infotext_set (infotext, key, name);
}

char *
sf_request_make_infotext (const SfRequest *self, const SfInfotextFacts *facts)
{
  g_autoptr (SfInfotext) infotext = sf_infotext_new (self->prompt, self->negative_prompt);
  g_autoptr (SfRequest) base = sf_request_new ();
  const SfCompatibility compatibility = get_base (self);
  const SfSampler *sampler = sf_sampler_from_name (self->sampler, NULL);
  const SfNamed *schedule = sf_named_find (sf_schedule_list (), "schedule", self->schedule, NULL);
  g_autofree char *size = g_strdup_printf ("%ux%u", facts->width, facts->height);

  sf_infotext_set_integer (infotext, "Steps", self->steps);
  sf_infotext_set (infotext, "Sampler", sampler->named.title);
  if (!sf_sampler_has_own_schedule (sampler, self->style))
    sf_infotext_set (infotext, "Schedule type", schedule->title);
  sf_infotext_set_number (infotext, "CFG scale", self->guidance);
  sf_infotext_set_integer (infotext, "Seed", facts->seed);
  sf_infotext_set (infotext, "Size", size);
  write_file (infotext, "Model", facts->model_name, "Model hash", facts->model_hash);
  write_file (infotext, "VAE", facts->vae_name, "VAE hash", facts->vae_hash);
  if (self->batch_noise == SF_BATCH_NOISE_JOINT && self->count > 1)
    sf_infotext_set_integer (infotext, "Batch size", self->count);

  sf_request_set_compatibility (base, compatibility);
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    write_setting (self, base, i, infotext);
  if (facts->embedding_hashes != NULL)
    sf_infotext_set (infotext, "TI hashes", facts->embedding_hashes);
  if (compatibility != SF_COMPATIBILITY_PLAIN)
    sf_infotext_set (infotext, "Compatibility", sf_compatibility_list ()[compatibility]->title);
  sf_infotext_set (infotext, "Version", "Sfumato " SF_VERSION);

  return sf_infotext_to_string (infotext);
}

/* Values that the field cannot have are passed over. */
static void
set_field (SfRequest *self, const char *field, const char *value)
{
  if (value != NULL)
    sf_request_field_set (sf_request_find_field (field), self, value, NULL);
}

static void
read_compatibility (SfRequest *self, const SfInfotext *infotext)
{
  const char *compatibility = sf_infotext_get (infotext, "Compatibility");
  const char *version = sf_infotext_get (infotext, "Version");
  const SfNamed *const *names = sf_compatibility_list ();

  for (guint i = 0; compatibility != NULL && i < SF_COMPATIBILITY_CUSTOM; i++)
    if (g_ascii_strcasecmp (names[i]->name, compatibility) == 0)
      {
        sf_request_set_compatibility (self, (SfCompatibility) i);
        return;
      }

  sf_request_set_compatibility (self, SF_COMPATIBILITY_A1111);
  for (guint i = 0; version != NULL && i < G_N_ELEMENTS (programs); i++)
    if (g_str_has_prefix (version, programs[i].version))
      {
        sf_request_set_compatibility (self, programs[i].compatibility);
        if (programs[i].rounds_timesteps)
          self->timesteps = SF_TIMESTEPS_INTEGER;
      }
}

static void
read_setting (SfRequest *self, const SfInfotext *infotext, guint setting)
{
  const char *key = choose_key (self, setting);
  const char *text = sf_infotext_get (infotext, key);

  if (g_str_equal (key, "Eta")
      && g_strcmp0 (sf_infotext_get (infotext, "Version"), STABLE_DIFFUSION_CPP) == 0)
    return;

  for (const Word *word = settings[setting].words; text != NULL && word->text != NULL; word++)
    if (g_ascii_strcasecmp (word->text, text) == 0)
      text = word->value;
  set_field (self, settings[setting].field, text);
}

/* Programs whose seeds go further than ours draw them on the CPU, from what fits. */
static void
read_seed (SfRequest *self, const SfInfotext *infotext)
{
  const char *text = sf_infotext_get (infotext, "Seed");
  guint64 seed;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &seed, NULL))
    return;
  if (seed <= (guint64) SF_REQUEST_MAX_SEED)
    self->seed = seed;
  else if (self->rng == SF_NOISE_CPU)
    self->seed = seed & CPU_SEED_MASK;
}

static void
read_size (SfRequest *self, const SfInfotext *infotext)
{
  guint width, height;

  if (sf_infotext_get_size (infotext, "Size", &width, &height)
      && width % SF_REQUEST_SIZE_MULTIPLE == 0 && width <= SF_REQUEST_MAX_SIZE
      && height % SF_REQUEST_SIZE_MULTIPLE == 0 && height <= SF_REQUEST_MAX_SIZE)
    {
      self->width = width;
      self->height = height;
    }
}

static void
read_sampler (SfRequest *self, const SfInfotext *infotext)
{
  const char *sampler_text = sf_infotext_get (infotext, "Sampler");
  const char *schedule_text = sf_infotext_get (infotext, "Schedule type");
  const char *schedule = NULL;
  const char *sampler = sampler_text != NULL ? sf_foreign_sampler_find (sampler_text, &schedule)
                                             : NULL;

  if (schedule_text == NULL)
    schedule_text = sf_infotext_get (infotext, "Scheduler");
  if (g_strcmp0 (schedule_text, "Automatic") == 0)
    schedule = sampler != NULL ? sf_sampler_from_name (sampler, NULL)->automatic_schedule : NULL;
  else if (schedule_text != NULL)
    schedule = sf_foreign_schedule_find (schedule_text);

  set_field (self, "sampler", sampler);
  set_field (self, "schedule", schedule);
}

static void
read_file (SfRequest *self, const SfInfotext *infotext, const char *key, const char *field)
{
  const char *text = sf_infotext_get (infotext, key);
  g_autofree char *name = NULL;

  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (no_files); i++)
    if (g_ascii_strcasecmp (text, no_files[i]) == 0)
      text = NULL;
  if (text == NULL || g_str_equal (text, SF_STARTER_MODEL))
    return;

  name = sf_infotext_dup_model_name (text);
  set_field (self, field, name);
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
                   _ ("the text holds no settings of a picture"));
      return NULL;
    }

  self = sf_request_new ();
  set_field (self, "prompt", sf_infotext_get_prompt (infotext));
  set_field (self, "negative", sf_infotext_get_negative_prompt (infotext));
  read_compatibility (self, infotext);
  read_sampler (self, infotext);
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    read_setting (self, infotext, i);
  read_seed (self, infotext);
  read_size (self, infotext);
  set_field (self, "steps", sf_infotext_get (infotext, "Steps"));
  set_field (self, "cfg", sf_infotext_get (infotext, "CFG scale"));
  if (self->batch_noise == SF_BATCH_NOISE_JOINT)
    set_field (self, "count", sf_infotext_get (infotext, "Batch size"));
  read_file (self, infotext, "Model", "model");
  read_file (self, infotext, "VAE", "vae");

  return self;
}

char *
sf_request_dup_model_hash (const char *text)
{
  g_autoptr (SfInfotext) infotext = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  infotext = sf_infotext_parse (text);
  return g_strdup (sf_infotext_get (infotext, "Model hash"));
}
