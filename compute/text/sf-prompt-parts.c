/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-prompt-parts.h"

#include <string.h>

#include "text/sf-prompt-characters.h"

#define AND "AND"

/* The weight at the end of a part. Returns where the text in front of it ends, or NULL. */
static const char *
read_weight (const char *text, const char *end, double *weight)
{
  const char *number = end, *colon = NULL;
  guint n_points = 0;

  for (; number > text && (g_ascii_isdigit (number[-1]) || number[-1] == '.'); number--)
    n_points += number[-1] == '.' ? 1 : 0;
  if (n_points > 1)
    return NULL;
  if (number > text && (number[-1] == '+' || number[-1] == '-'))
    number--;
  colon = sf_prompt_strip_space (text, number);
  if (colon == text || colon[-1] != ':' || !sf_prompt_read_number (number, end, weight))
    return NULL;
  return sf_prompt_strip_space (text, colon - 1);
}

static void
add_part (GArray *parts, const char *text, const char *end)
{
  double weight = 1;
  const char *stop = NULL;

  end = sf_prompt_strip_space (text, end);
  stop = read_weight (text, end, &weight);
  if (stop == NULL)
    stop = end;
  g_array_append_vals (parts,
                       &(SfPromptPartText){ g_strndup (text, (gsize) (stop - text)),
                                            (float) weight },
                       1);
}

static void
clear_part (gpointer part)
{
  g_free (((SfPromptPartText *) part)->text);
}

GArray *
sf_prompt_parts_split (const char *text)
{
  GArray *parts = NULL;
  const char *end = NULL, *and = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  parts = g_array_new (FALSE, FALSE, sizeof (SfPromptPartText));
  g_array_set_clear_func (parts, clear_part);
  end = text + strlen (text);
  while ((and = sf_prompt_find_word (text, end, AND)) != NULL)
    {
      add_part (parts, text, and);
      text = and+strlen (AND);
    }
  add_part (parts, text, end);
  return parts;
}
