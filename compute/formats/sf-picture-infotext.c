/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-picture-infotext.h"

#include <string.h>

#include "formats/sf-comfyui.h"
#include "formats/sf-dream.h"
#include "formats/sf-foreign-json.h"
#include "formats/sf-foreign-settings.h"
#include "formats/sf-infotext.h"

#define PARAMETERS_KEY "parameters"

/* Before its JSON, where ComfyUI must write into a field of Exif. */
static const char *const comfyui_prefixes[] = { "prompt:", "Prompt:", "workflow:", "Workflow:" };

static const char *
skip_prefix (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (comfyui_prefixes); i++)
    if (g_str_has_prefix (text, comfyui_prefixes[i]))
      return text + strlen (comfyui_prefixes[i]);

  return text;
}

static SfInfotext *
read_json (const char *text)
{
  g_autoptr (JsonObject) object = sf_foreign_json_read (skip_prefix (text));
  SfInfotext *infotext;

  if (object == NULL)
    return NULL;

  infotext = sf_comfyui_read (object);
  return infotext != NULL ? infotext : sf_foreign_settings_read (object);
}

static SfInfotext *
read_dream (const char *text)
{
  g_autoptr (JsonObject) settings = sf_dream_read (text);

  return settings != NULL ? sf_foreign_settings_read (settings) : NULL;
}

/* Easy Diffusion has a text for each of its settings. */
static SfInfotext *
read_separate_texts (const SfPictureTexts *texts)
{
  g_autoptr (JsonObject) settings = json_object_new ();

  for (guint i = 0; i < sf_picture_texts_get_n (texts); i++)
    {
      const char *key, *text;

      sf_picture_texts_get_nth (texts, i, &key, &text);
      if (!json_object_has_member (settings, key))
        json_object_set_string_member (settings, key, text);
    }

  return sf_foreign_settings_read (settings);
}

static gboolean
has_settings (const char *text)
{
  g_autoptr (SfInfotext) infotext = sf_infotext_parse (text);

  return sf_infotext_get_n_pairs (infotext) > 0;
}

/* The first of the texts that @read understands. */
static SfInfotext *
find_foreign (const SfPictureTexts *texts, SfInfotext *(*read) (const char *text))
{
  for (guint i = 0; i < sf_picture_texts_get_n (texts); i++)
    {
      const char *key, *text;
      SfInfotext *infotext;

      sf_picture_texts_get_nth (texts, i, &key, &text);
      infotext = read (text);
      if (infotext != NULL)
        return infotext;
    }

  return NULL;
}

char *
sf_picture_infotext_find (const SfPictureTexts *texts)
{
  static const char *const plain_keys[] = { PARAMETERS_KEY, "exif:UserComment", "comment",
                                            "exif:ImageDescription" };
  g_autoptr (SfInfotext) infotext = NULL;
  const char *parameters;

  g_return_val_if_fail (texts != NULL, NULL);

  infotext = find_foreign (texts, read_json);
  if (infotext == NULL)
    infotext = find_foreign (texts, read_dream);
  if (infotext != NULL)
    return sf_infotext_to_string (infotext);

  for (guint i = 0; i < G_N_ELEMENTS (plain_keys); i++)
    {
      const char *text = sf_picture_texts_get (texts, plain_keys[i]);

      if (text != NULL && has_settings (text))
        return g_strdup (text);
    }

  infotext = read_separate_texts (texts);
  if (infotext != NULL)
    return sf_infotext_to_string (infotext);

  /* A prompt without settings is better than nothing. */
  parameters = sf_picture_texts_get (texts, PARAMETERS_KEY);
  return g_strdup (parameters);
}
