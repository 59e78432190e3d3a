/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-prompt-schedule.h"

#include <string.h>

#include "text/sf-prompt-characters.h"

/* A pair of brackets that chooses one of its segments. Segments are divided by the brackets
 * and the separators between them, by offset in the text. */
typedef struct
{
  gsize start; /* of the opening bracket */
  gsize end;   /* behind the closing one */
  guint first_border;
  guint n_borders;
  gboolean alternates; /* else: the first of two up to step @when */
  guint when;
} Choice;

typedef struct
{
  gsize offset;
  char bracket;
  guint first_separator;
} Open;

struct _SfPromptSchedule
{
  char *text;
  guint n_steps;
  GArray *choices; /* of Choice, by start */
  GArray *borders; /* of gsize */
  GArray *ends;    /* of guint */
};

typedef struct
{
  SfPromptSchedule *schedule;
  GArray *open;       /* of Open */
  GArray *separators; /* of gsize: ":" and "|" of what is open */
} Parser;

static gboolean
holds_bar (const Parser *self, guint first_separator)
{
  for (guint i = first_separator; i < self->separators->len; i++)
    {
      if (self->schedule->text[g_array_index (self->separators, gsize, i)] == '|')
        return TRUE;
    }
  return FALSE;
}

static gboolean
holds_colon (const Parser *self, guint first_separator)
{
  for (guint i = first_separator; i < self->separators->len; i++)
    {
      if (self->schedule->text[g_array_index (self->separators, gsize, i)] == ':')
        return TRUE;
    }
  return FALSE;
}

/* Everything that is open has turned out to be text. */
static gboolean
give_up_open (Parser *self)
{
  if (holds_bar (self, 0))
    return FALSE;
  g_array_set_size (self->open, 0);
  g_array_set_size (self->separators, 0);
  return TRUE;
}

static gboolean
is_number (const char *text, const char *end)
{
  const char *at = text + (text < end && (*text == '+' || *text == '-') ? 1 : 0);
  gsize n_digits = strspn (at, "0123456789"), n_fraction = 0;

  at += n_digits;
  if (*at == '.')
    {
      at++;
      n_fraction = strspn (at, "0123456789");
      at += n_fraction;
    }
  if (n_digits + n_fraction == 0)
    return FALSE;
  if (*at == 'e' || *at == 'E')
    {
      gsize n_sign = at[1] == '+' || at[1] == '-' ? 1 : 0;
      gsize n_exponent = strspn (at + 1 + n_sign, "0123456789");

      at += n_exponent > 0 ? 1 + n_sign + n_exponent : 0;
    }
  return at == end;
}

static gboolean
read_when (const Parser *self, gsize offset, gsize end_offset, guint *when)
{
  const char *end = self->schedule->text + end_offset;
  const char *text = sf_prompt_skip_space (self->schedule->text + offset, end);
  double n_steps = self->schedule->n_steps;
  double number = 0;

  end = sf_prompt_strip_space (text, end);
  if (!is_number (text, end))
    return FALSE;
  number = g_ascii_strtod (text, NULL);
  if (memchr (text, '.', (gsize) (end - text)) != NULL)
    number *= n_steps;
  *when = (guint) CLAMP (number, 0, n_steps);
  return TRUE;
}

static void
add_choice (Parser *self, const Open *open, gsize offset, gboolean alternates, guint when)
{
  SfPromptSchedule *schedule = self->schedule;
  guint n_separators = self->separators->len - open->first_separator;
  Choice choice = { open->offset, offset + 1, schedule->borders->len, 0, alternates, when };

  g_array_append_val (schedule->borders, open->offset);
  if (!alternates && n_separators == 1)
    g_array_append_val (schedule->borders, open->offset);
  g_array_append_vals (schedule->borders,
                       &g_array_index (self->separators, gsize, open->first_separator),
                       n_separators);
  if (alternates)
    g_array_append_val (schedule->borders, offset);
  choice.n_borders = schedule->borders->len - choice.first_border;
  g_array_append_val (schedule->choices, choice);
}

/* Returns whether the brackets hold something that brackets can hold. */
static gboolean
close_brackets (Parser *self, const Open *open, gsize offset)
{
  guint n_separators = self->separators->len - open->first_separator;
  guint when = 0;

  if (open->bracket == '(')
    return n_separators <= 1;
  if (n_separators == 0)
    return TRUE;
  if (holds_bar (self, open->first_separator))
    {
      if (holds_colon (self, open->first_separator))
        return FALSE;
      add_choice (self, open, offset, TRUE, 0);
      return TRUE;
    }
  if (n_separators > 2
      || !read_when (self, g_array_index (self->separators, gsize, self->separators->len - 1) + 1,
                     offset, &when))
    return FALSE;
  add_choice (self, open, offset, FALSE, when);
  return TRUE;
}

static gboolean
parse_closing (Parser *self, gsize offset)
{
  char bracket = self->schedule->text[offset] == ')' ? '(' : '[';
  const Open *open = NULL;

  if (self->open->len == 0)
    return TRUE;
  open = &g_array_index (self->open, Open, self->open->len - 1);
  if (open->bracket != bracket || !close_brackets (self, open, offset))
    return give_up_open (self);
  g_array_set_size (self->separators, open->first_separator);
  g_array_set_size (self->open, self->open->len - 1);
  return TRUE;
}

/* Returns FALSE if all is mere text. */
static gboolean
parse_special (Parser *self, gsize offset)
{
  char character = self->schedule->text[offset];
  Open open = { offset, character, self->separators->len };

  switch (character)
    {
    case '(':
    case '[':
      g_array_append_val (self->open, open);
      return TRUE;
    case ')':
    case ']':
      return parse_closing (self, offset);
    case '|':
      if (self->open->len == 0
          || g_array_index (self->open, Open, self->open->len - 1).bracket != '[')
        return FALSE;
      break;
    default:
      if (self->open->len == 0)
        return TRUE;
    }
  g_array_append_val (self->separators, offset);
  return TRUE;
}

static gboolean
parse (Parser *self)
{
  const char *text = self->schedule->text;

  for (gsize offset = 0; text[offset += strcspn (text + offset, "\\()[]:|")] != '\0'; offset++)
    {
      if (text[offset] == '\\')
        {
          offset++;
          if (text[offset] == '\0' || text[offset] == '\n')
            return FALSE;
        }
      else if (!parse_special (self, offset))
        {
          return FALSE;
        }
    }
  return !holds_bar (self, 0);
}

static int
compare_choices (gconstpointer a, gconstpointer b)
{
  const Choice *first = a, *second = b;

  return (first->start > second->start) - (first->start < second->start);
}

static void
collect_ends (SfPromptSchedule *self)
{
  g_autofree gboolean *is_end = g_new0 (gboolean, self->n_steps + 1);
  gboolean alternates = FALSE;

  is_end[self->n_steps] = TRUE;
  for (guint i = 0; i < self->choices->len; i++)
    {
      const Choice *choice = &g_array_index (self->choices, Choice, i);

      alternates = alternates || choice->alternates;
      is_end[choice->when] = TRUE;
    }
  for (guint step = 1; step <= self->n_steps; step++)
    {
      if (is_end[step] || alternates)
        g_array_append_val (self->ends, step);
    }
}

static SfPromptSchedule *
new_empty (const char *text, guint n_steps)
{
  SfPromptSchedule *self = g_new0 (SfPromptSchedule, 1);

  self->text = g_strdup (text);
  self->n_steps = n_steps;
  self->choices = g_array_new (FALSE, FALSE, sizeof (Choice));
  self->borders = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->ends = g_array_new (FALSE, FALSE, sizeof (guint));
  return self;
}

SfPromptSchedule *
sf_prompt_schedule_new (const char *text, guint n_steps)
{
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (Open));
  g_autoptr (GArray) separators = g_array_new (FALSE, FALSE, sizeof (gsize));
  SfPromptSchedule *self = NULL;
  Parser parser = { 0 };

  g_return_val_if_fail (text != NULL && n_steps > 0, NULL);

  self = new_empty (text, n_steps);
  parser = (Parser){ self, open, separators };
  if (!parse (&parser))
    g_array_set_size (self->choices, 0);
  g_array_sort (self->choices, compare_choices);
  collect_ends (self);
  return self;
}

SfPromptSchedule *
sf_prompt_schedule_new_constant (const char *text, guint n_steps)
{
  SfPromptSchedule *self = NULL;

  g_return_val_if_fail (text != NULL && n_steps > 0, NULL);

  self = new_empty (text, n_steps);
  collect_ends (self);
  return self;
}

void
sf_prompt_schedule_free (SfPromptSchedule *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->text);
  g_array_unref (self->choices);
  g_array_unref (self->borders);
  g_array_unref (self->ends);
  g_free (self);
}

const guint *
sf_prompt_schedule_get_ends (const SfPromptSchedule *self, guint *n_ends)
{
  g_return_val_if_fail (self != NULL && n_ends != NULL, NULL);

  *n_ends = self->ends->len;
  return (const guint *) self->ends->data;
}

/* The segment of @choice in a step, as offsets. */
static void
choose (const SfPromptSchedule *self, const Choice *choice, guint step, gsize *start, gsize *end)
{
  const gsize *borders = &g_array_index (self->borders, gsize, choice->first_border);
  guint segment = 0;

  if (choice->alternates)
    segment = (step - 1) % (choice->n_borders - 1);
  else
    segment = step <= choice->when ? 0 : 1;
  *end = borders[segment + 1];
  *start = MIN (borders[segment] + 1, *end);
}

char *
sf_prompt_schedule_get_text (const SfPromptSchedule *self, guint step)
{
  typedef struct
  {
    gsize end;
    gsize next;
  } Jump;
  g_autoptr (GArray) jumps = g_array_new (FALSE, FALSE, sizeof (Jump));
  GString *out = NULL;
  gsize at = 0, n_bytes = 0;
  guint next_choice = 0;

  g_return_val_if_fail (self != NULL && step > 0, NULL);

  n_bytes = strlen (self->text);
  out = g_string_sized_new (n_bytes);
  while (at < n_bytes || jumps->len > 0)
    {
      const Jump *jump = jumps->len > 0 ? &g_array_index (jumps, Jump, jumps->len - 1) : NULL;
      const Choice *choice = NULL;
      gsize stop = jump != NULL ? jump->end : n_bytes;

      if (at == stop)
        {
          at = jump->next;
          g_array_set_size (jumps, jumps->len - 1);
          continue;
        }
      while (next_choice < self->choices->len
             && g_array_index (self->choices, Choice, next_choice).start < at)
        next_choice++;
      if (next_choice < self->choices->len)
        choice = &g_array_index (self->choices, Choice, next_choice);
      if (choice != NULL && choice->start == at)
        {
          Jump inside = { 0, choice->end };

          choose (self, choice, step, &at, &inside.end);
          g_array_append_val (jumps, inside);
          continue;
        }
      if (choice != NULL)
        stop = MIN (stop, choice->start);
      g_string_append_len (out, self->text + at, (gssize) (stop - at));
      at = stop;
    }
  return g_string_free (out, FALSE);
}
