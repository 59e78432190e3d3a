/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-dream.h"

#include <string.h>

#define MAX_BYTES (64 * 1024)

static const struct
{
  char letter;
  const char *member;
} options[] = {
  { 's', "steps" },     { 'S', "seed" },    { 'W', "width" },    { 'H', "height" },
  { 'C', "cfg_scale" }, { 'A', "sampler" }, { 'f', "strength" },
};

static const char *
find_member (char letter)
{
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (options[i].letter == letter)
      return options[i].member;

  return NULL;
}

/* The prompt in quotation marks at the start; @text moves behind it. */
static char *
take_prompt (const char **text)
{
  GString *prompt;

  if (**text != '"')
    return NULL;

  prompt = g_string_new (NULL);
  for ((*text)++; **text != '\0' && **text != '"'; (*text)++)
    {
      if (**text == '\\' && (*text)[1] != '\0')
        (*text)++;
      g_string_append_c (prompt, **text);
    }
  if (**text == '"')
    (*text)++;

  return g_string_free (prompt, FALSE);
}

JsonObject *
sf_dream_read (const char *text)
{
  g_autoptr (JsonObject) image = json_object_new ();
  g_autoptr (GRegex) option = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *prompt = NULL;
  JsonObject *settings;

  g_return_val_if_fail (text != NULL, NULL);

  if (strlen (text) > MAX_BYTES || !g_utf8_validate (text, -1, NULL))
    return NULL;
  prompt = take_prompt (&text);
  if (prompt == NULL)
    return NULL;
  json_object_set_string_member (image, "prompt", prompt);

  option = g_regex_new ("(?:^|\\s)-([A-Za-z])\\s*([^\\s-]\\S*)", 0, 0, NULL);
  for (g_regex_match (option, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *letter = g_match_info_fetch (match, 1);
      g_autofree char *value = g_match_info_fetch (match, 2);
      const char *member = find_member (*letter);

      if (member != NULL)
        json_object_set_string_member (image, member, value);
    }
  if (!json_object_has_member (image, "steps") || !json_object_has_member (image, "sampler"))
    return NULL;

  settings = json_object_new ();
  json_object_set_object_member (settings, "image", g_steal_pointer (&image));

  return settings;
}

char *
sf_dream_take_negative (char **prompt)
{
  g_autoptr (GString) positive = g_string_new (NULL);
  GString *negative = g_string_new (NULL);
  const char *at = *prompt;

  while (*at != '\0')
    {
      const char *open = strchr (at, '[');
      const char *close = open != NULL ? strchr (open, ']') : NULL;

      if (close == NULL)
        break;
      g_string_append_len (positive, at, open - at);
      g_strchomp (positive->str);
      g_string_set_size (positive, strlen (positive->str));
      if (negative->len > 0)
        g_string_append_c (negative, ' ');
      g_string_append_len (negative, open + 1, close - open - 1);
      at = close + 1;
    }
  g_string_append (positive, at);
  g_free (*prompt);
  *prompt = g_strdup (positive->str);

  return g_string_free (negative, FALSE);
}
