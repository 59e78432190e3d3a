/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-foreign-settings.h"

#include <string.h>

#include "formats/sf-dream.h"
#include "formats/sf-foreign-json.h"

/* How a member becomes the value of a pair. */
typedef enum
{
  AS_IS,
  MODEL_NAME,     /* a file */
  PAIR_OF_SIDES,  /* "832, 1216", in parentheses or not */
  SKIPPED_LAYERS, /* one less than clip skip */
  STOP_LAYER,     /* -2 for a clip skip of 2 */
  SKIP_SWITCH,    /* "True" for a clip skip of 2 */
  DEVICE,         /* "cpu" or "cuda" */
  K_SAMPLER,      /* "dpmpp_2m_k": the end means the schedule of Karras */
} Form;

#define PROMPT "prompt"
#define NEGATIVE "negative"

typedef struct
{
  const char *key;
  const char
      *path; /* of members, with dots between them; two values have a comma between their paths */
  Form form;
} Field;

/* Of several fields with the same key the first counts that is there. */
typedef struct
{
  const char *version;
  const char *mark; /* whoever has it is this program */
  const char *compatibility;
  const char *rng;
  gboolean brackets_are_negative; /* in the prompt */
  const Field fields[24];
} Program;

static const Program programs[] = {
  {
      .version = "SwarmUI",
      .mark = "sui_image_params",
      .compatibility = "ComfyUI",
      .rng = "CPU",
      .fields = {
          { PROMPT, "sui_image_params.prompt", AS_IS },
          { NEGATIVE, "sui_image_params.negativeprompt", AS_IS },
          { "Steps", "sui_image_params.steps", AS_IS },
          { "Sampler", "sui_image_params.sampler", AS_IS },
          { "Schedule type", "sui_image_params.scheduler", AS_IS },
          { "CFG scale", "sui_image_params.cfgscale", AS_IS },
          { "Seed", "sui_image_params.seed", AS_IS },
          { "Size", "sui_image_params.width,sui_image_params.height", PAIR_OF_SIDES },
          { "Model", "sui_image_params.model", MODEL_NAME },
          { "VAE", "sui_image_params.vae", MODEL_NAME },
          { "Clip skip", "sui_image_params.clipstopatlayer", STOP_LAYER },
          { "Variation seed", "sui_image_params.variationseed", AS_IS },
          { "Variation seed strength", "sui_image_params.variationseedstrength", AS_IS },
          { "Denoising strength", "sui_image_params.initimagecreativity", AS_IS },
      },
  },
  {
      .version = "InvokeAI",
      .mark = "positive_prompt",
      .compatibility = "diffusers",
      .fields = {
          { PROMPT, "positive_prompt", AS_IS },
          { NEGATIVE, "negative_prompt", AS_IS },
          { "Steps", "steps", AS_IS },
          { "Sampler", "scheduler", K_SAMPLER },
          { "CFG scale", "cfg_scale", AS_IS },
          { "CFG rescale", "cfg_rescale_multiplier", AS_IS },
          { "Seed", "seed", AS_IS },
          { "Size", "width,height", PAIR_OF_SIDES },
          { "Model", "model.name", MODEL_NAME },
          { "Model", "model.model_name", MODEL_NAME },
          { "VAE", "vae.name", MODEL_NAME },
          { "VAE", "vae.model_name", MODEL_NAME },
          { "Clip skip", "clip_skip", SKIPPED_LAYERS },
          { "Denoising strength", "strength", AS_IS },
          { "RNG", "rand_device", DEVICE },
      },
  },
  {
      .version = "InvokeAI 2",
      .mark = "image.sampler",
      .compatibility = "diffusers",
      .brackets_are_negative = TRUE,
      .fields = {
          { PROMPT, "image.prompt", AS_IS },
          { "Steps", "image.steps", AS_IS },
          { "Sampler", "image.sampler", K_SAMPLER },
          { "CFG scale", "image.cfg_scale", AS_IS },
          { "Seed", "image.seed", AS_IS },
          { "Size", "image.width,image.height", PAIR_OF_SIDES },
          { "Model", "model_weights", MODEL_NAME },
          { "Denoising strength", "image.strength", AS_IS },
      },
  },
  {
      .version = "RuinedFooocus",
      .mark = "base_model_name",
      .compatibility = "ComfyUI",
      .rng = "CPU",
      .fields = {
          { PROMPT, "Prompt", AS_IS },
          { NEGATIVE, "Negative", AS_IS },
          { "Steps", "steps", AS_IS },
          { "Sampler", "sampler_name", AS_IS },
          { "Schedule type", "scheduler", AS_IS },
          { "CFG scale", "cfg", AS_IS },
          { "Seed", "seed", AS_IS },
          { "Size", "width,height", PAIR_OF_SIDES },
          { "Model", "base_model_name", MODEL_NAME },
          { "Model hash", "base_model_hash", AS_IS },
          { "Clip skip", "clip_skip", AS_IS },
      },
  },
  {
      .version = "Fooocus",
      .mark = "base_model",
      .compatibility = "ComfyUI",
      .rng = "CPU",
      .fields = {
          { PROMPT, "full_prompt", AS_IS },
          { PROMPT, "prompt", AS_IS },
          { NEGATIVE, "full_negative_prompt", AS_IS },
          { NEGATIVE, "negative_prompt", AS_IS },
          { "Steps", "steps", AS_IS },
          { "Sampler", "sampler", AS_IS },
          { "Schedule type", "scheduler", AS_IS },
          { "CFG scale", "guidance_scale", AS_IS },
          { "Seed", "seed", AS_IS },
          { "Size", "resolution", PAIR_OF_SIDES },
          { "Model", "base_model", MODEL_NAME },
          { "Model hash", "base_model_hash", AS_IS },
          { "VAE", "vae", MODEL_NAME },
          { "Clip skip", "clip_skip", AS_IS },
      },
  },
  {
      .version = "NovelAI",
      .mark = "uc",
      .fields = {
          { PROMPT, "prompt", AS_IS },
          { NEGATIVE, "uc", AS_IS },
          { "Steps", "steps", AS_IS },
          { "Sampler", "sampler", K_SAMPLER },
          { "Schedule type", "noise_schedule", AS_IS },
          { "CFG scale", "scale", AS_IS },
          { "CFG rescale", "cfg_rescale", AS_IS },
          { "Seed", "seed", AS_IS },
          { "Size", "width,height", PAIR_OF_SIDES },
          { "Denoising strength", "strength", AS_IS },
      },
  },
  {
      .version = "Easy Diffusion",
      .mark = "num_inference_steps",
      .fields = {
          { PROMPT, "prompt", AS_IS },
          { NEGATIVE, "negative_prompt", AS_IS },
          { "Steps", "num_inference_steps", AS_IS },
          { "Sampler", "sampler_name", AS_IS },
          { "CFG scale", "guidance_scale", AS_IS },
          { "Seed", "seed", AS_IS },
          { "Size", "width,height", PAIR_OF_SIDES },
          { "Model", "use_stable_diffusion_model", MODEL_NAME },
          { "VAE", "use_vae_model", MODEL_NAME },
          { "Clip skip", "clip_skip", SKIP_SWITCH },
          { "Denoising strength", "prompt_strength", AS_IS },
      },
  },
  {
      .version = "Easy Diffusion",
      .mark = "Guidance Scale",
      .fields = {
          { PROMPT, "Prompt", AS_IS },
          { NEGATIVE, "Negative Prompt", AS_IS },
          { "Steps", "Steps", AS_IS },
          { "Sampler", "Sampler", AS_IS },
          { "CFG scale", "Guidance Scale", AS_IS },
          { "Seed", "Seed", AS_IS },
          { "Size", "Width,Height", PAIR_OF_SIDES },
          { "Model", "Stable Diffusion model", MODEL_NAME },
          { "VAE", "VAE model", MODEL_NAME },
          { "Clip skip", "Clip Skip", SKIP_SWITCH },
          { "Denoising strength", "Prompt Strength", AS_IS },
      },
  },
};

static JsonNode *
find_node (JsonObject *object, const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, ".", -1);
  guint last = g_strv_length (names) - 1;

  for (guint i = 0; i < last && object != NULL; i++)
    object = sf_foreign_json_get_object (object, names[i]);

  return object != NULL ? json_object_get_member (object, names[last]) : NULL;
}

/* A value; of a list those of its elements, which may be objects with a "prompt". */
static char *
dup_text (JsonNode *node)
{
  g_autoptr (GString) text = NULL;
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return sf_foreign_json_dup_value (node);

  text = g_string_new (NULL);
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      g_autofree char *part = NULL;

      if (JSON_NODE_HOLDS_OBJECT (element))
        element = json_object_get_member (json_node_get_object (element), "prompt");
      part = sf_foreign_json_dup_value (element);
      if (part != NULL && *part != '\0')
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", part);
    }

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/* The values at the paths with commas between them; NULL when one is missing or empty. */
static char *
dup_field_text (JsonObject *settings, const Field *field)
{
  g_auto (GStrv) paths = g_strsplit (field->path, ",", -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *part = dup_text (find_node (settings, paths[i]));

      if (part == NULL || *part == '\0')
        return NULL;
      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", part);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Without the marks of InvokeAI and NovelAI: "k_euler_a" and "dpmpp_2m_k". */
static void
set_sampler (SfInfotext *infotext, const char *key, const char *name)
{
  g_autofree char *bare = g_strdup (g_str_has_prefix (name, "k_") ? name + strlen ("k_") : name);
  const gboolean karras = g_str_has_suffix (bare, "_k");

  if (karras)
    bare[strlen (bare) - strlen ("_k")] = '\0';
  sf_infotext_set (infotext, key, bare);
  if (karras)
    sf_infotext_set (infotext, "Schedule type", "karras");
}

static void
set_sides (SfInfotext *infotext, const char *key, const char *text)
{
  g_auto (GStrv) sides = g_strsplit (text, ",", 3);

  if (g_strv_length (sides) == 2)
    {
      g_autofree char *size = NULL;

      for (guint i = 0; i < 2; i++)
        g_strstrip (g_strdelimit (sides[i], "()'\"", ' '));
      size = g_strdup_printf ("%sx%s", sides[0], sides[1]);
      sf_infotext_set (infotext, key, size);
    }
}

static void
set_layers (SfInfotext *infotext, const char *key, const char *text, Form form)
{
  const guint64 number = g_ascii_strtoull (text, NULL, 10);
  const guint64 layers = form == SKIPPED_LAYERS ? number + 1 : -number;

  if (layers > 0 && layers < 100)
    sf_infotext_set_integer (infotext, key, layers);
}

static void
set_field (SfInfotext *infotext, const Field *field, const char *text)
{
  g_autofree char *name = NULL;

  switch (field->form)
    {
    case AS_IS:
      sf_infotext_set (infotext, field->key, text);
      break;
    case MODEL_NAME:
      name = sf_infotext_dup_model_name (text);
      sf_infotext_set (infotext, field->key, name);
      break;
    case PAIR_OF_SIDES:
      set_sides (infotext, field->key, text);
      break;
    case SKIPPED_LAYERS:
    case STOP_LAYER:
      set_layers (infotext, field->key, text, field->form);
      break;
    case SKIP_SWITCH:
      if (g_ascii_strcasecmp (text, "true") == 0)
        sf_infotext_set (infotext, field->key, "2");
      break;
    case DEVICE:
      sf_infotext_set (infotext, field->key, g_str_equal (text, "cpu") ? "CPU" : "GPU");
      break;
    case K_SAMPLER:
      set_sampler (infotext, field->key, text);
      break;
    }
}

/* The text of the first field with this key, or NULL. */
static char *
dup_field (JsonObject *settings, const Program *program, const char *key)
{
  for (const Field *field = program->fields; field->key != NULL; field++)
    {
      char *text = g_str_equal (field->key, key) ? dup_field_text (settings, field) : NULL;

      if (text != NULL)
        return text;
    }

  return NULL;
}

/* Lists of [name, weight, hash] in Fooocus, of objects in InvokeAI. */
static void
set_lora_weights (SfInfotext *infotext, JsonObject *settings)
{
  static const char *const paths[] = { "model.name", "lora.model_name", "lora.name" };
  JsonArray *loras = sf_foreign_json_get_array (settings, "loras");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; loras != NULL && i < json_array_get_length (loras); i++)
    {
      JsonNode *lora = json_array_get_element (loras, i);
      g_autofree char *path = NULL;
      g_autofree char *name = NULL;
      g_autofree char *weight = NULL;

      if (JSON_NODE_HOLDS_OBJECT (lora))
        {
          JsonObject *object = json_node_get_object (lora);

          for (guint k = 0; k < G_N_ELEMENTS (paths) && path == NULL; k++)
            path = sf_foreign_json_dup_value (find_node (object, paths[k]));
          weight = sf_foreign_json_dup_value (json_object_get_member (object, "weight"));
        }
      else if (JSON_NODE_HOLDS_ARRAY (lora)
               && json_array_get_length (json_node_get_array (lora)) >= 2)
        {
          JsonArray *parts = json_node_get_array (lora);

          path = sf_foreign_json_dup_value (json_array_get_element (parts, 0));
          weight = sf_foreign_json_dup_value (json_array_get_element (parts, 1));
        }
      if (path == NULL || weight == NULL)
        continue;
      name = sf_infotext_dup_model_name (path);
      g_string_append_printf (text, "%s%s: %s", text->len > 0 ? ", " : "", name, weight);
    }

  if (text->len > 0)
    sf_infotext_set (infotext, "Lora weights", text->str);
}

static SfInfotext *
read_program (JsonObject *settings, const Program *program)
{
  g_autofree char *prompt = dup_field (settings, program, PROMPT);
  g_autofree char *negative = dup_field (settings, program, NEGATIVE);
  SfInfotext *infotext;

  if (program->brackets_are_negative && prompt != NULL)
    negative = sf_dream_take_negative (&prompt);
  infotext = sf_infotext_new (prompt != NULL ? prompt : "", negative);

  for (const Field *field = program->fields; field->key != NULL; field++)
    {
      g_autofree char *text = NULL;

      if (g_str_equal (field->key, PROMPT) || g_str_equal (field->key, NEGATIVE)
          || sf_infotext_get (infotext, field->key) != NULL)
        continue;
      text = dup_field_text (settings, field);
      if (text != NULL)
        set_field (infotext, field, text);
    }

  set_lora_weights (infotext, settings);
  if (program->rng != NULL)
    sf_infotext_set (infotext, "RNG", program->rng);
  if (program->compatibility != NULL)
    sf_infotext_set (infotext, "Compatibility", program->compatibility);
  sf_infotext_set (infotext, "Version", program->version);

  return infotext;
}

SfInfotext *
sf_foreign_settings_read (JsonObject *settings)
{
  g_return_val_if_fail (settings != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    if (find_node (settings, programs[i].mark) != NULL)
      return read_program (settings, &programs[i]);

  return NULL;
}
