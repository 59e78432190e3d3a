/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-request-field.h"

#include "samplers/sf-sampler.h"
#include "samplers/sf-schedule.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/* A list of choices in the order of their enumeration, and the function that returns it. */
#define CHOICE(name, title) (&(const SfNamed){ name, title })
#define DEFINE_LIST(list, ...)                                \
  static const SfNamed *const list[] = { __VA_ARGS__, NULL }; \
                                                              \
  static const SfNamed *const *list_##list (void)             \
  {                                                           \
    return list;                                              \
  }

DEFINE_LIST (precisions, CHOICE ("f16", "f16"), CHOICE ("f32", "f32"))
DEFINE_LIST (previews, CHOICE ("none", "None"), CHOICE ("linear", "Linear"), CHOICE ("vae", "VAE"),
             CHOICE ("taesd", "TAESD"))
DEFINE_LIST (predictions, CHOICE ("auto", "Automatic"), CHOICE ("epsilon", "Epsilon"),
             CHOICE ("v", "v"))
DEFINE_LIST (batch_noises, CHOICE ("separate", "Separate"), CHOICE ("joint", "Joint"))
DEFINE_LIST (grammars, CHOICE ("a1111", "A1111"), CHOICE ("comfyui", "ComfyUI"),
             CHOICE ("plain", "Plain"))
DEFINE_LIST (emphases, CHOICE ("original", "Original"), CHOICE ("no-norm", "No norm"),
             CHOICE ("ignore", "Ignore"), CHOICE ("comfyui", "ComfyUI"))

/* list_choices of a list above. */
#define LIST(list) .list_choices = list_##list

#define FIELD(name, noun, help, kind, member, ...)                                      \
  {                                                                                     \
    name, noun, help, SF_FIELD_##kind, G_STRUCT_OFFSET (SfRequest, member), __VA_ARGS__ \
  }

static const SfRequestField fields[] = {
  FIELD ("model", N_ ("model"), "Checkpoint; the starter model", PATH, model),
  FIELD ("prompt", N_ ("prompt"), "What to paint", TEXT, prompt),
  FIELD ("negative", N_ ("negative prompt"), "What to keep out", TEXT, negative_prompt),
  FIELD ("width", N_ ("width"), "Pixels; the model's own size", UNSIGNED, width, 0,
         SF_REQUEST_MAX_SIZE),
  FIELD ("height", N_ ("height"), "Pixels; the model's own size", UNSIGNED, height, 0,
         SF_REQUEST_MAX_SIZE),
  FIELD ("steps", N_ ("the number of steps"), "Sampler steps", UNSIGNED, steps, 1,
         SF_REQUEST_MAX_STEPS),
  FIELD ("cfg", N_ ("guidance"), "Guidance scale", NUMBER, guidance, 0, SF_REQUEST_MAX_GUIDANCE),
  FIELD ("sampler", N_ ("sampler"), "Sampler", CHOICE, sampler, .list_choices = sf_sampler_list),
  FIELD ("schedule", N_ ("schedule"), "Schedule", CHOICE, schedule,
         .list_choices = sf_schedule_list),
  FIELD ("seed", N_ ("the seed"), "Seed of the first picture (random)", SEED, seed),
  FIELD ("rng", N_ ("noise generator"), "Generator of the noise", ENUM, rng,
         .list_choices = sf_noise_kind_list),
  FIELD ("count", N_ ("the number of pictures"), "Pictures", UNSIGNED, count, 1,
         SF_REQUEST_MAX_COUNT),
  FIELD ("clip-skip", N_ ("clip skip"), "Layers of the text encoder counted from its end", UNSIGNED,
         clip_skip, 1, SF_REQUEST_MAX_CLIP_SKIP),
  FIELD ("precision", N_ ("precision"), "How values are stored on the device", ENUM, precision,
         LIST (precisions)),
  FIELD ("preview", N_ ("preview"), "How previews are made", ENUM, preview, LIST (previews)),
  FIELD ("preview-every", N_ ("the number of steps between previews"), "Steps between previews",
         UNSIGNED, preview_every, 1, SF_REQUEST_MAX_STEPS),
  FIELD ("step-cache", N_ ("the step cache"),
         "Steps from one run of the UNet's deep blocks to the next, 1 to 10: faster, less exact",
         UNSIGNED, step_cache, 1, SF_REQUEST_MAX_STEP_CACHE),
  FIELD ("variation-seed", N_ ("the variation seed"), "Seed of the noise to mix in", SEED,
         variation_seed),
  FIELD ("variation-strength", N_ ("variation strength"), "Share of that noise, 0 to 1", NUMBER,
         variation_strength, 0, 1),
  FIELD ("eta", N_ ("eta"), "Share of noise of ancestral samplers, 0 to 1; -1: the sampler's own",
         NUMBER, eta, -1, 1),
  FIELD ("eta-noise-delta", N_ ("the eta noise seed delta"),
         "Added to the seed for the noise between steps", UNSIGNED, eta_noise_delta, 0, G_MAXINT32),
  FIELD ("guidance-rescale", N_ ("guidance rescale"), "Correction of guidance's contrast, 0 to 1",
         NUMBER, guidance_rescale, 0, 1),
  FIELD ("prediction", N_ ("prediction"), "What the model was trained to predict", ENUM, prediction,
         LIST (predictions)),
  FIELD ("zero-terminal-snr", N_ ("zero terminal SNR"), "Whether the last timestep is pure noise",
         ENUM, zero_terminal_snr, .list_choices = sf_switch_list),
  FIELD ("style", N_ ("style"), "Whose variants of samplers and schedules", ENUM, style,
         .list_choices = sf_style_list),
  FIELD ("timesteps", N_ ("kind of timesteps"), "Whether timesteps keep their fraction", ENUM,
         timesteps, .list_choices = sf_timesteps_list),
  FIELD ("start-noise", N_ ("scale of the starting noise"), "What the starting noise is scaled by",
         ENUM, start_noise, .list_choices = sf_start_noise_list),
  FIELD ("discard-penultimate", N_ ("discarding of the penultimate level"),
         "Whether the last level above the end is left out", ENUM, discard_penultimate,
         .list_choices = sf_switch_list),
  FIELD ("batch-noise", N_ ("batch noise"), "How several pictures get their noise", ENUM,
         batch_noise, LIST (batch_noises)),
  FIELD ("step-noise", N_ ("step noise"), "Generator of the noise between steps", ENUM, step_noise,
         .list_choices = sf_step_noise_list),
  FIELD ("grammar", N_ ("prompt grammar"), "Whose prompt syntax", ENUM, grammar, LIST (grammars)),
  FIELD ("emphasis", N_ ("emphasis"), "What the weights of words do", ENUM, emphasis,
         LIST (emphases)),
  FIELD ("comma-backtracking", N_ ("comma backtracking"),
         "Tokens after the last comma that may move to the next chunk", UNSIGNED,
         comma_backtracking, 0, SF_REQUEST_MAX_COMMA_BACKTRACKING),
  FIELD ("pad-prompts", N_ ("padding of prompts"), "Whether the shorter prompt is made as long",
         SWITCH, pad_prompts),
  FIELD ("vae", N_ ("VAE"), "Another VAE", PATH, vae),
  FIELD ("text-encoder", N_ ("text encoder"), "Another text encoder", PATH, text_encoder),
  FIELD ("taesd", N_ ("tiny decoder"), "Tiny decoder for previews", PATH, taesd),
  FIELD ("embeddings", N_ ("folder of embeddings"), "Folder of textual inversions", PATH,
         embeddings),
  FIELD ("wildcards", N_ ("folder of wildcards"), "Folder of wildcard files", PATH, wildcards),
  FIELD ("vae-tiling", N_ ("tiling of the VAE"), "Decode in tiles", ENUM, vae_tiling,
         .list_choices = sf_switch_list),
  FIELD ("metadata", N_ ("metadata"), "Write the settings into the picture", SWITCH, metadata),
};

const SfRequestField *
sf_request_list_fields (guint *n_fields)
{
  *n_fields = G_N_ELEMENTS (fields);
  return fields;
}

const SfRequestField *
sf_request_find_field (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_str_equal (fields[i].name, name))
      return &fields[i];

  return NULL;
}

static guint
count_choices (const SfRequestField *self)
{
  return g_strv_length ((char **) self->list_choices ());
}

static gboolean
check_range (const SfRequestField *self, double value, GError **error)
{
  if (value >= self->least && value <= self->most)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _ ("%s %.15g is not from %.15g to %.15g"), _ (self->noun), value, self->least,
               self->most);
  return FALSE;
}

static gboolean
check_text (const SfRequestField *self, const char *text, GError **error)
{
  if (text == NULL || g_utf8_validate (text, -1, NULL))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("the %s is not valid UTF-8"),
               _ (self->noun));
  return FALSE;
}

static gboolean
check_seed (const SfRequestField *self, guint64 seed, GError **error)
{
  if (seed <= (guint64) SF_REQUEST_MAX_SEED)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _ ("%s %" PRIu64 " is beyond %" PRId64), _ (self->noun), seed, SF_REQUEST_MAX_SEED);
  return FALSE;
}

gboolean
sf_request_field_check (const SfRequestField *self, const SfRequest *request, GError **error)
{
  gconstpointer member = G_STRUCT_MEMBER_P (request, self->offset);

  switch (self->kind)
    {
    case SF_FIELD_TEXT:
      return check_text (self, *(char *const *) member, error);
    case SF_FIELD_CHOICE:
      {
        const char *name = *(char *const *) member;

        return sf_named_find (self->list_choices (), _ (self->noun), name != NULL ? name : "",
                              error)
               != NULL;
      }
    case SF_FIELD_ENUM:
      g_return_val_if_fail (*(const guint *) member < count_choices (self), FALSE);
      return TRUE;
    case SF_FIELD_UNSIGNED:
      return check_range (self, *(const guint *) member, error);
    case SF_FIELD_NUMBER:
      return check_range (self, *(const double *) member, error);
    case SF_FIELD_SEED:
      return check_seed (self, *(const guint64 *) member, error);
    case SF_FIELD_PATH:
    case SF_FIELD_SWITCH:
      return TRUE;
    }

  g_return_val_if_reached (FALSE);
}

char *
sf_request_field_get (const SfRequestField *self, const SfRequest *request)
{
  gconstpointer member = G_STRUCT_MEMBER_P (request, self->offset);
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  switch (self->kind)
    {
    case SF_FIELD_TEXT:
    case SF_FIELD_PATH:
    case SF_FIELD_CHOICE:
      {
        const char *text = *(char *const *) member;

        return g_strdup (text != NULL ? text : "");
      }
    case SF_FIELD_ENUM:
      return g_strdup (self->list_choices ()[*(const guint *) member]->name);
    case SF_FIELD_SWITCH:
      return g_strdup (*(const gboolean *) member ? "on" : "off");
    case SF_FIELD_UNSIGNED:
      return g_strdup_printf ("%u", *(const guint *) member);
    case SF_FIELD_SEED:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, *(const guint64 *) member);
    case SF_FIELD_NUMBER:
      return g_strdup (g_ascii_dtostr (digits, sizeof digits, *(const double *) member));
    }

  g_return_val_if_reached (NULL);
}

static gboolean
parse_number (const SfRequestField *self, const char *text, double *value, GError **error)
{
  char *end;

  *value = g_ascii_strtod (text, &end);
  if (end != text && *end == '\0')
    return TRUE;

  g_set_error (error, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_INVALID,
               _ ("%s “%s” is not a number"), _ (self->noun), text);
  return FALSE;
}

static gboolean
set_unsigned (const SfRequestField *self, guint *member, const char *text, GError **error)
{
  double value;

  if (!parse_number (self, text, &value, error) || !check_range (self, value, error))
    return FALSE;
  if (value != (guint) value)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("%s %s is not a whole number"), _ (self->noun), text);
      return FALSE;
    }

  *member = (guint) value;
  return TRUE;
}

static gboolean
set_seed (const SfRequestField *self, guint64 *member, const char *text, GError **error)
{
  g_autoptr (GError) parse_error = NULL;
  double value;

  if (g_ascii_string_to_unsigned (text, 10, 0, SF_REQUEST_MAX_SEED, member, &parse_error))
    return TRUE;

  if (parse_number (self, text, &value, error))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("%s %s is not a whole number from 0 to %" PRId64), _ (self->noun), text,
                 SF_REQUEST_MAX_SEED);
  return FALSE;
}

static gboolean
set_number (const SfRequestField *self, double *member, const char *text, GError **error)
{
  double value;

  if (!parse_number (self, text, &value, error) || !check_range (self, value, error))
    return FALSE;

  *member = value;
  return TRUE;
}

/* The place of @text among the choices, or -1. */
static int
find_choice (const SfRequestField *self, const char *text, GError **error)
{
  const SfNamed *const *choices = self->list_choices ();
  const SfNamed *found = sf_named_find (choices, _ (self->noun), text, error);

  for (int i = 0; found != NULL; i++)
    if (choices[i] == found)
      return i;

  return -1;
}

static gboolean
set_switch (const SfRequestField *self, gboolean *member, const char *text, GError **error)
{
  if (!g_str_equal (text, "on") && !g_str_equal (text, "off"))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("%s “%s” is neither “on” nor “off”"), _ (self->noun), text);
      return FALSE;
    }

  *member = g_str_equal (text, "on");
  return TRUE;
}

static void
set_string (char **member, const char *text)
{
  g_free (*member);
  *member = g_strdup (text);
}

gboolean
sf_request_field_set (const SfRequestField *self, SfRequest *request, const char *text,
                      GError **error)
{
  gpointer member = G_STRUCT_MEMBER_P (request, self->offset);
  int choice;

  g_return_val_if_fail (text != NULL, FALSE);

  switch (self->kind)
    {
    case SF_FIELD_UNSIGNED:
      return set_unsigned (self, member, text, error);
    case SF_FIELD_SEED:
      return set_seed (self, member, text, error);
    case SF_FIELD_NUMBER:
      return set_number (self, member, text, error);
    case SF_FIELD_SWITCH:
      return set_switch (self, member, text, error);
    case SF_FIELD_PATH:
      set_string (member, *text != '\0' ? text : NULL);
      return TRUE;
    case SF_FIELD_TEXT:
      if (!check_text (self, text, error))
        return FALSE;
      set_string (member, text);
      return TRUE;
    case SF_FIELD_CHOICE:
    case SF_FIELD_ENUM:
      choice = find_choice (self, text, error);
      if (choice < 0)
        return FALSE;
      if (self->kind == SF_FIELD_ENUM)
        *(guint *) member = (guint) choice;
      else
        set_string (member, text);
      return TRUE;
    }

  g_return_val_if_reached (FALSE);
}
