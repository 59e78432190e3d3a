/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-prompt-weights.h"

#include <string.h>

#include "text/sf-prompt-characters.h"

#define BRACKET_FACTOR 1.1
#define BREAK "BREAK"
#define BREAK_WEIGHT (-1.0)
#define BEYOND_DEPTH G_MAXUINT

static SfPromptWeights *
new_empty (gsize n_bytes)
{
  SfPromptWeights *self = g_new0 (SfPromptWeights, 1);

  self->text = g_string_sized_new (n_bytes);
  self->spans = g_array_new (FALSE, FALSE, sizeof (SfPromptSpan));
  return self;
}

void
sf_prompt_weights_free (SfPromptWeights *self)
{
  g_return_if_fail (self != NULL);

  g_string_free (self->text, TRUE);
  g_array_unref (self->spans);
  g_free (self);
}

gboolean
sf_prompt_weights_is_break (const SfPromptWeights *self, const SfPromptSpan *span)
{
  g_return_val_if_fail (self != NULL && span != NULL, FALSE);

  return span->weight == BREAK_WEIGHT && span->n_bytes == strlen (BREAK)
         && memcmp (self->text->str + span->start, BREAK, span->n_bytes) == 0;
}

static void
add_span (SfPromptWeights *self, const char *text, gsize n_bytes, double weight)
{
  SfPromptSpan span = { self->text->len, n_bytes, weight };

  g_string_append_len (self->text, text, (gssize) n_bytes);
  g_array_append_val (self->spans, span);
}

SfPromptWeights *
sf_prompt_weights_new_plain (const char *text)
{
  SfPromptWeights *self = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  self = new_empty (strlen (text));
  add_span (self, text, strlen (text), 1);
  return self;
}

/* A1111 */

/* Open brackets of one kind: the number of spans before each. */
static void
open_bracket (const SfPromptWeights *self, GArray *open)
{
  guint first = open->len < SF_PROMPT_MAX_DEPTH ? self->spans->len : BEYOND_DEPTH;

  g_array_append_val (open, first);
}

static void
multiply (SfPromptWeights *self, guint first, double factor)
{
  for (guint i = first; i < self->spans->len; i++)
    g_array_index (self->spans, SfPromptSpan, i).weight *= factor;
}

static void
close_bracket (SfPromptWeights *self, GArray *open, double factor)
{
  multiply (self, g_array_index (open, guint, open->len - 1), factor);
  g_array_set_size (open, open->len - 1);
}

static void
close_at_end (SfPromptWeights *self, GArray *open, double factor)
{
  for (guint i = 0; i < open->len; i++)
    multiply (self, g_array_index (open, guint, i), factor);
}

static void
add_text (SfPromptWeights *self, const char *text, const char *end)
{
  const char *word = NULL;

  while ((word = sf_prompt_find_word (text, end, BREAK)) != NULL)
    {
      const char *stop = sf_prompt_strip_space (text, word);

      add_span (self, text, (gsize) (stop - text), 1);
      add_span (self, BREAK, strlen (BREAK), BREAK_WEIGHT);
      text = sf_prompt_skip_space (word + strlen (BREAK), end);
    }
  add_span (self, text, (gsize) (end - text), 1);
}

/* ":1.3)" at @text. Returns its end, or NULL. */
static const char *
read_weight (const char *text, const char *end, double *weight)
{
  const char *start = sf_prompt_skip_space (text + 1, end);
  const char *stop = start + (*start == '+' || *start == '-' ? 1 : 0);
  const char *bracket = NULL;

  stop += strspn (stop, ".0123456789");
  bracket = sf_prompt_skip_space (stop, end);
  return *bracket == ')' && sf_prompt_read_number (start, stop, weight) ? bracket + 1 : NULL;
}

static void
merge_equal (SfPromptWeights *self)
{
  SfPromptSpan *spans = (SfPromptSpan *) self->spans->data;
  guint n_spans = 0;

  for (guint i = 0; i < self->spans->len; i++)
    {
      if (n_spans > 0 && spans[n_spans - 1].weight == spans[i].weight)
        spans[n_spans - 1].n_bytes += spans[i].n_bytes;
      else
        spans[n_spans++] = spans[i];
    }
  g_array_set_size (self->spans, n_spans);
}

/* Reads what is at @at, one of "\()[]:", and returns where it ends. */
static const char *
read_special (SfPromptWeights *self, const char *at, const char *end, GArray *round, GArray *square)
{
  const char *after = NULL;
  double weight = 0;

  if (*at == '\\')
    {
      gsize n_bytes = at[1] != '\0' && strchr ("()[]\\", at[1]) != NULL ? 1 : 0;

      add_span (self, at + 1, n_bytes, 1);
      return at + 1 + n_bytes;
    }
  if (*at == '(' || *at == '[')
    open_bracket (self, *at == '(' ? round : square);
  else if (*at == ')' && round->len > 0)
    close_bracket (self, round, BRACKET_FACTOR);
  else if (*at == ']' && square->len > 0)
    close_bracket (self, square, 1 / BRACKET_FACTOR);
  else if (*at == ':' && round->len > 0 && (after = read_weight (at, end, &weight)) != NULL)
    close_bracket (self, round, weight);
  else
    add_span (self, at, 1, 1);
  return after != NULL ? after : at + 1;
}

SfPromptWeights *
sf_prompt_weights_new_a1111 (const char *text)
{
  g_autoptr (GArray) round = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) square = g_array_new (FALSE, FALSE, sizeof (guint));
  SfPromptWeights *self = NULL;
  const char *end = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  self = new_empty (strlen (text));
  end = text + strlen (text);
  while (text < end)
    {
      gsize n_bytes = strcspn (text, "\\()[]:");

      if (n_bytes > 0)
        add_text (self, text, text + n_bytes);
      text += n_bytes;
      if (text < end)
        text = read_special (self, text, end, round, square);
    }
  close_at_end (self, round, BRACKET_FACTOR);
  close_at_end (self, square, 1 / BRACKET_FACTOR);
  if (self->spans->len == 0)
    add_span (self, "", 0, 1);
  merge_equal (self);
  return self;
}

/* ComfyUI */

typedef struct
{
  SfPromptWeights *weights;
  const char *text;
} Comfy;

static gboolean
is_bracket (const Comfy *self, const char *at, char bracket)
{
  return *at == bracket && (at == self->text || at[-1] != '\\');
}

static void
add_unescaped (Comfy *self, const char *text, const char *end, double weight)
{
  gsize start = self->weights->text->len;
  SfPromptSpan span = { start, 0, weight };

  for (; text < end; text++)
    {
      if (*text != '\\' || text + 1 == end || (text[1] != '(' && text[1] != ')'))
        g_string_append_c (self->weights->text, *text);
    }
  span.n_bytes = self->weights->text->len - start;
  g_array_append_val (self->weights->spans, span);
}

static void read_comfyui (Comfy *self, const char *text, const char *end, double weight,
                          guint depth);

/* An item is a piece of text, or what a pair of brackets holds. */
static void
read_item (Comfy *self, const char *text, const char *end, double weight, guint depth)
{
  const char *colon = NULL;

  if (end - text < 2 || !is_bracket (self, text, '(') || !is_bracket (self, end - 1, ')')
      || depth == SF_PROMPT_MAX_DEPTH)
    {
      add_unescaped (self, text, end, weight);
      return;
    }
  text++;
  end--;
  weight *= BRACKET_FACTOR;
  colon = g_strrstr_len (text, end - text, ":");
  if (colon != NULL && colon > text && sf_prompt_read_number (colon + 1, end, &weight))
    end = colon;
  read_comfyui (self, text, end, weight, depth + 1);
}

static void
read_comfyui (Comfy *self, const char *text, const char *end, double weight, guint depth)
{
  const char *item = text;
  gssize level = 0;

  for (const char *at = text; at < end; at++)
    {
      if (is_bracket (self, at, '('))
        {
          if (level == 0)
            {
              if (at > item)
                read_item (self, item, at, weight, depth);
              item = at;
            }
          level++;
        }
      else if (is_bracket (self, at, ')') && --level == 0)
        {
          read_item (self, item, at + 1, weight, depth);
          item = at + 1;
        }
    }
  if (item < end)
    read_item (self, item, end, weight, depth);
}

SfPromptWeights *
sf_prompt_weights_new_comfyui (const char *text)
{
  Comfy comfy = { NULL, text };

  g_return_val_if_fail (text != NULL, NULL);

  comfy.weights = new_empty (strlen (text));
  read_comfyui (&comfy, text, text + strlen (text), 1, 0);
  return comfy.weights;
}
