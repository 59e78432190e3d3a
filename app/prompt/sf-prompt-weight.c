/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-prompt-weight.h"

#include <math.h>
#include <string.h>

#define SAME_WEIGHT 0.001
#define MAX_DIGITS 16    /* of a weight that is read */
#define MAX_BRACKETS 100 /* that are looked at */

/* "(inner:weight)", by the places of its brackets. */
typedef struct
{
  gsize open;
  gsize close;
  gsize inner_end; /* where the colon is */
  double weight;
} Group;

static gboolean
is_escaped (const char *prompt, gsize at)
{
  gsize n_slashes = 0;

  while (n_slashes < at && prompt[at - 1 - n_slashes] == '\\')
    n_slashes++;
  return n_slashes % 2 == 1;
}

static gboolean
is_bracket (const char *prompt, gsize at, char bracket)
{
  return prompt[at] == bracket && !is_escaped (prompt, at);
}

/* The bracket that closes the one at @open. */
static gboolean
find_close (const char *prompt, gsize open, gsize *close)
{
  guint depth = 0;

  for (gsize at = open; prompt[at] != '\0'; at++)
    {
      if (is_bracket (prompt, at, '('))
        depth++;
      else if (is_bracket (prompt, at, ')') && --depth == 0)
        {
          *close = at;
          return TRUE;
        }
    }
  return FALSE;
}

/* The weight at the end of what the brackets hold. */
static gboolean
read_group (const char *prompt, gsize open, Group *group)
{
  gsize close;
  char digits[MAX_DIGITS + 1];
  char *end;

  if (!find_close (prompt, open, &close))
    return FALSE;

  const char *colon = g_strrstr_len (prompt + open, (gssize) (close - open), ":");
  gsize n_digits = colon != NULL ? (gsize) (prompt + close - colon) - 1 : 0;
  if (n_digits == 0 || n_digits > MAX_DIGITS)
    return FALSE;

  memcpy (digits, colon + 1, n_digits);
  digits[n_digits] = '\0';
  *group = (Group){ open, close, (gsize) (colon - prompt), g_ascii_strtod (digits, &end) };
  return *end == '\0' && isfinite (group->weight);
}

/* The innermost group that holds all from @start to @end. */
static gboolean
find_group (const char *prompt, gsize start, gsize end, Group *group)
{
  guint n_brackets = 0;

  for (gsize at = start + 1; at-- > 0 && n_brackets < MAX_BRACKETS;)
    if (is_bracket (prompt, at, '('))
      {
        if (read_group (prompt, at, group) && group->close + 1 >= end)
          return TRUE;
        n_brackets++;
      }
  return FALSE;
}

/* Whether a selection means the group and not a part of it. */
static gboolean
is_all_of (const Group *group, gsize start, gsize end)
{
  return (start == group->open || start == group->open + 1)
         && (end == group->inner_end || end == group->close || end == group->close + 1);
}

static gboolean
ends_word (const char *at)
{
  return *at == '\0' || strchr (" \t\n,.;:!?|<>(){}[]\"", *at) != NULL;
}

static void
extend_to_word (const char *prompt, gsize *start, gsize *end)
{
  while (*start > 0 && !ends_word (prompt + *start - 1))
    (*start)--;
  while (!ends_word (prompt + *end))
    (*end)++;
}

static void
strip (const char *prompt, gsize *start, gsize *end)
{
  while (*start < *end && g_ascii_isspace (prompt[*start]))
    (*start)++;
  while (*end > *start && g_ascii_isspace (prompt[*end - 1]))
    (*end)--;
}

static gboolean
step_weight (double *weight, int n_steps)
{
  double stepped = CLAMP (*weight + n_steps * SF_PROMPT_WEIGHT_STEP, SF_PROMPT_WEIGHT_MIN,
                          SF_PROMPT_WEIGHT_MAX);
  gboolean is_new = fabs (stepped - *weight) > SAME_WEIGHT;

  *weight = stepped;
  return is_new;
}

/* @group's places, or a stretch's without brackets. */
static SfPromptEdit *
edit_new (const char *prompt, const Group *group, gboolean has_brackets)
{
  SfPromptEdit *edit = g_new0 (SfPromptEdit, 1);
  gsize inner = group->open + (has_brackets ? 1 : 0);
  gsize length = group->inner_end - inner;

  edit->start = group->open;
  edit->end = group->close + (has_brackets ? 1 : 0);
  edit->select_start = edit->start;
  if (fabs (group->weight - 1) < SAME_WEIGHT)
    edit->text = g_strndup (prompt + inner, length);
  else
    {
      char digits[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_formatd (digits, sizeof digits, "%.4g", group->weight);
      edit->text = g_strdup_printf ("(%.*s:%s)", (int) length, prompt + inner, digits);
      edit->select_start++;
    }
  edit->select_end = edit->select_start + length;
  return edit;
}

SfPromptEdit *
sf_prompt_weight_nudge (const char *prompt, gsize start, gsize end, int n_steps)
{
  Group group;
  gboolean has_brackets;

  g_return_val_if_fail (start <= end && end <= strlen (prompt), NULL);

  gboolean selected = start < end;
  strip (prompt, &start, &end);
  has_brackets = find_group (prompt, start, end, &group)
                 && (!selected || is_all_of (&group, start, end));
  if (!has_brackets)
    {
      if (!selected)
        extend_to_word (prompt, &start, &end);
      if (start == end)
        return NULL;
      group = (Group){ start, end, end, 1 };
    }
  return step_weight (&group.weight, n_steps) ? edit_new (prompt, &group, has_brackets) : NULL;
}
