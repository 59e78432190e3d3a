/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-prompt-tags.h"

#include <string.h>

#include "text/sf-prompt-characters.h"

static void
clear_tag (gpointer data)
{
  SfPromptTag *tag = data;

  g_free (tag->kind);
  g_strfreev (tag->arguments);
}

GArray *
sf_prompt_tags_new (void)
{
  GArray *tags = g_array_new (FALSE, FALSE, sizeof (SfPromptTag));

  g_array_set_clear_func (tags, clear_tag);
  return tags;
}

/* "<kind:argument…>" at @text. Returns its end, or NULL. */
static const char *
take_tag (const char *text, GArray *tags)
{
  SfPromptTag tag = { 0 };
  const char *colon = text + 1, *end = NULL;
  g_autofree char *arguments = NULL;

  while (sf_prompt_is_word (g_utf8_get_char (colon)))
    colon = g_utf8_next_char (colon);
  if (colon == text + 1 || *colon != ':')
    return NULL;
  end = strchr (colon, '>');
  if (end == NULL || end == colon + 1)
    return NULL;

  arguments = g_strndup (colon + 1, (gsize) (end - colon - 1));
  tag.kind = g_strndup (text + 1, (gsize) (colon - text - 1));
  tag.arguments = g_strsplit (arguments, ":", -1);
  g_array_append_val (tags, tag);
  return end + 1;
}

char *
sf_prompt_tags_take (const char *text, GArray *tags)
{
  GString *out = NULL;
  const char *last_end = NULL, *start = NULL;

  g_return_val_if_fail (text != NULL && tags != NULL, NULL);

  out = g_string_new (NULL);
  last_end = strrchr (text, '>');
  while ((start = strchr (text, '<')) != NULL && last_end != NULL && start < last_end)
    {
      const char *end = take_tag (start, tags);

      g_string_append_len (out, text, start - text + (end == NULL ? 1 : 0));
      text = end != NULL ? end : start + 1;
    }
  g_string_append (out, text);
  return g_string_free (out, FALSE);
}

char *
sf_prompt_strip_comments_a1111 (const char *text)
{
  GString *out = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  out = g_string_new (NULL);
  for (gsize n_bytes = 0; *text != '\0'; text += n_bytes + strcspn (text + n_bytes, "\n"))
    {
      n_bytes = strcspn (text, "#");
      g_string_append_len (out, text, (gssize) n_bytes);
    }
  return g_string_free (out, FALSE);
}

char *
sf_prompt_strip_comments_comfyui (const char *text)
{
  GString *out = NULL;
  const char *slash = NULL;
  gboolean may_close = TRUE;

  g_return_val_if_fail (text != NULL, NULL);

  out = g_string_new (NULL);
  while ((slash = strchr (text, '/')) != NULL)
    {
      const char *close = NULL;

      g_string_append_len (out, text, slash - text);
      text = slash;
      if (slash[1] == '*' && may_close)
        {
          close = strstr (slash + 2, "*/");
          may_close = close != NULL;
        }
      if (close != NULL)
        text = close + 2;
      else if (slash[1] == '/')
        text += strcspn (text, "\n");
      else
        g_string_append_c (out, *text++);
    }
  g_string_append (out, text);
  return g_string_free (out, FALSE);
}
