/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-axis.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

struct _SfAxis
{
  char *setting;
  const SfRequestField *field; /* NULL: search and replace */
  GPtrArray *values;           /* of char *, NULL-terminated */
};

const char *const *
sf_axis_list_settings (void)
{
  static const char *const without_effect[] = { "count",    "preview", "preview-every",
                                                "metadata", "taesd",   NULL };
  static gsize made = 0;

  if (g_once_init_enter (&made))
    {
      g_autoptr (GPtrArray) names = g_ptr_array_new ();
      guint n_fields;
      const SfRequestField *fields = sf_request_list_fields (&n_fields);

      for (guint i = 0; i < n_fields; i++)
        if (!g_strv_contains (without_effect, fields[i].name))
          g_ptr_array_add (names, (gpointer) fields[i].name);
      g_ptr_array_add (names, (gpointer) SF_AXIS_REPLACE);
      g_ptr_array_add (names, NULL);
      g_once_init_leave (&made, (gsize) g_ptr_array_free (g_steal_pointer (&names), FALSE));
    }
  return (const char *const *) made;
}

/* Fields between commas; quotation marks hold commas and line breaks. */
static GPtrArray *
split (const char *list)
{
  GPtrArray *values = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) value = g_string_new (NULL);
  gboolean quoted = FALSE;

  for (;; list++)
    {
      if (*list == '"' && quoted && list[1] == '"')
        g_string_append_c (value, *list++);
      else if (*list == '"')
        quoted = !quoted;
      else if (*list == '\0' || (!quoted && (*list == ',' || *list == '\n')))
        {
          g_strstrip (value->str);
          if (*value->str != '\0')
            g_ptr_array_add (values, g_strdup (value->str));
          g_string_truncate (value, 0);
          if (*list == '\0')
            return values;
        }
      else
        g_string_append_c (value, *list);
    }
}

static gboolean
is_number (const SfRequestField *field)
{
  return field != NULL
         && (field->kind == SF_FIELD_UNSIGNED || field->kind == SF_FIELD_NUMBER
             || field->kind == SF_FIELD_SEED);
}

typedef struct
{
  double first, last;
  double step;
  guint count; /* 0: as the step says */
} Range;

/* "first-last", perhaps with "(step)" or "[count]" behind it. */
static gboolean
read_range (const char *text, Range *range)
{
  static gsize made = 0;

  if (g_once_init_enter (&made))
    g_once_init_leave (&made, (gsize) g_regex_new ("^(-?[0-9.]+)\\s*-\\s*(-?[0-9.]+)"
                                                   "(?:\\s*\\(\\s*([+-]?[0-9.]+)\\s*\\)"
                                                   "|\\s*\\[\\s*([0-9]{1,4})\\s*\\])?$",
                                                   G_REGEX_OPTIMIZE, 0, NULL));

  g_autoptr (GMatchInfo) match = NULL;
  if (!g_regex_match ((GRegex *) made, text, 0, &match))
    return FALSE;

  g_autofree char *first = g_match_info_fetch (match, 1);
  g_autofree char *last = g_match_info_fetch (match, 2);
  g_autofree char *step = g_match_info_fetch (match, 3);
  g_autofree char *count = g_match_info_fetch (match, 4);
  range->first = g_ascii_strtod (first, NULL);
  range->last = g_ascii_strtod (last, NULL);
  range->step = step != NULL ? fabs (g_ascii_strtod (step, NULL)) : 0;
  range->count = count != NULL ? (guint) g_ascii_strtoull (count, NULL, 10) : 0;
  if (range->step <= 0)
    range->step = 1;
  return TRUE;
}

static void
add_number (GPtrArray *values, const SfRequestField *field, double number)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (field->kind != SF_FIELD_NUMBER)
    number = round (number);
  /* Without what steps of a tenth leave behind in the last digits. */
  g_ascii_formatd (digits, sizeof digits, "%.10g", number);
  g_ptr_array_add (values, g_strdup (digits));
}

static gboolean
add_range (GPtrArray *values, const SfRequestField *field, const Range *range)
{
  double distance = fabs (range->last - range->first);
  double sign = range->last < range->first ? -1 : 1;
  double n_steps = floor (distance / range->step + 1e-9);

  if (range->count > SF_AXIS_MAX_VALUES || (range->count == 0 && n_steps >= SF_AXIS_MAX_VALUES))
    return FALSE;
  if (range->count > 0)
    for (guint i = 0; i < range->count; i++)
      add_number (values, field, range->first + sign * distance * i / MAX (range->count - 1, 1));
  else
    for (guint i = 0; i <= (guint) n_steps; i++)
      add_number (values, field, range->first + sign * range->step * i);
  return TRUE;
}

/* The name of a choice by its title, as other programs show it. */
static const char *
find_choice (const SfRequestField *field, const char *value)
{
  const SfNamed *const *choices = field->list_choices ();

  for (guint i = 0; choices[i] != NULL; i++)
    if (g_ascii_strcasecmp (choices[i]->title, value) == 0)
      return choices[i]->name;
  return value;
}

static void
set_too_many (GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _ ("there are more than %d values in the list"), SF_AXIS_MAX_VALUES);
}

/* Takes @values. */
static SfAxis *
axis_new (const char *setting, GPtrArray *values, GError **error)
{
  g_autoptr (SfAxis) self = g_new0 (SfAxis, 1);
  g_autoptr (SfRequest) request = sf_request_new ();

  self->setting = g_strdup (setting);
  self->field = g_str_equal (setting, SF_AXIS_REPLACE) ? NULL : sf_request_find_field (setting);
  self->values = values;
  if (self->field == NULL && !g_str_equal (setting, SF_AXIS_REPLACE))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("there is no setting “%s”"),
                   setting);
      return NULL;
    }
  if (values->len == 0 || values->len > SF_AXIS_MAX_VALUES)
    {
      if (values->len == 0)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("the list has no values"));
      else
        set_too_many (error);
      return NULL;
    }
  for (guint i = 0; self->field != NULL && i < values->len; i++)
    if (!sf_request_field_set (self->field, request, values->pdata[i], error))
      return NULL;
  g_ptr_array_add (values, NULL);
  return g_steal_pointer (&self);
}

SfAxis *
sf_axis_new (const char *setting, const char *list, GError **error)
{
  const SfRequestField *field = sf_request_find_field (setting);

  if (strlen (list) > SF_AXIS_MAX_TEXT || !g_utf8_validate (list, -1, NULL))
    {
      set_too_many (error);
      return NULL;
    }

  g_autoptr (GPtrArray) parts = split (list);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < parts->len; i++)
    {
      const char *part = parts->pdata[i];
      Range range;

      if (values->len > SF_AXIS_MAX_VALUES
          || (is_number (field) && read_range (part, &range) && !add_range (values, field, &range)))
        {
          set_too_many (error);
          return NULL;
        }
      if (is_number (field) && read_range (part, &range))
        continue;
      if (field != NULL && field->list_choices != NULL)
        part = find_choice (field, part);
      g_ptr_array_add (values, g_strdup (part));
    }
  return axis_new (setting, g_steal_pointer (&values), error);
}

SfAxis *
sf_axis_new_from_values (const char *setting, const char *const *values, GError **error)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_free);

  for (; *values != NULL && copy->len <= SF_AXIS_MAX_VALUES; values++)
    g_ptr_array_add (copy, g_strdup (*values));
  return axis_new (setting, copy, error);
}

SfAxis *
sf_axis_copy (const SfAxis *self)
{
  return sf_axis_new_from_values (self->setting, sf_axis_get_values (self), NULL);
}

void
sf_axis_free (SfAxis *self)
{
  g_free (self->setting);
  g_ptr_array_unref (self->values);
  g_free (self);
}

const char *
sf_axis_get_setting (const SfAxis *self)
{
  return self->setting;
}

const char *const *
sf_axis_get_values (const SfAxis *self)
{
  return (const char *const *) self->values->pdata;
}

guint
sf_axis_get_n_values (const SfAxis *self)
{
  return self->values->len - 1;
}

guint
sf_axis_get_weight (const SfAxis *self)
{
  static const char *const heavy[] = { "model", "precision", "text-encoder", "vae", NULL };
  static const char *const medium[] = { "width", "height", NULL };

  if (g_strv_contains (heavy, self->setting))
    return 2;
  return g_strv_contains (medium, self->setting) ? 1 : 0;
}

static gboolean
replace_in (char **text, const char *search, const char *value)
{
  if (*text == NULL || strstr (*text, search) == NULL)
    return FALSE;

  g_auto (GStrv) parts = g_strsplit (*text, search, -1);
  g_free (*text);
  *text = g_strjoinv (value, parts);
  return TRUE;
}

gboolean
sf_axis_set (const SfAxis *self, guint index, SfRequest *request, GError **error)
{
  const char *search = self->values->pdata[0];
  const char *value = self->values->pdata[index];

  g_return_val_if_fail (index < sf_axis_get_n_values (self), FALSE);

  if (self->field != NULL)
    return sf_request_field_set (self->field, request, value, error);

  gboolean in_prompt = replace_in (&request->prompt, search, value);
  gboolean in_negative = replace_in (&request->negative_prompt, search, value);
  if (in_prompt || in_negative)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("“%s” is in neither prompt"),
               search);
  return FALSE;
}

char *
sf_axis_describe_value (const SfAxis *self, guint index)
{
  const char *value = self->values->pdata[index];

  if (self->field != NULL && self->field->kind == SF_FIELD_PATH)
    return g_path_get_basename (value);
  if (self->field != NULL && self->field->list_choices != NULL)
    {
      const SfNamed *found = sf_named_find (self->field->list_choices (), self->field->noun, value,
                                            NULL);

      return g_strdup (found != NULL ? found->title : value);
    }
  return g_strdup (value);
}

const char *
sf_axis_get_infotext_name (const SfAxis *self)
{
  static const struct
  {
    const char *setting, *name;
  } names[] = {
    { SF_AXIS_REPLACE, "Prompt S/R" },
    { "model", "Checkpoint name" },
    { "steps", "Steps" },
    { "cfg", "CFG Scale" },
    { "sampler", "Sampler" },
    { "schedule", "Schedule type" },
    { "seed", "Seed" },
    { "clip-skip", "Clip skip" },
    { "variation-seed", "Var. seed" },
    { "variation-strength", "Var. strength" },
    { "eta", "Eta" },
    { "vae", "VAE" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].setting, self->setting))
      return names[i].name;
  return self->setting;
}

char *
sf_axis_dup_list (const SfAxis *self)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < sf_axis_get_n_values (self); i++)
    {
      const char *value = self->values->pdata[i];

      if (i > 0)
        g_string_append (list, ", ");
      if (strpbrk (value, ",\"\n") == NULL)
        {
          g_string_append (list, value);
          continue;
        }
      g_string_append_c (list, '"');
      for (; *value != '\0'; value++)
        {
          if (*value == '"')
            g_string_append_c (list, '"');
          g_string_append_c (list, *value);
        }
      g_string_append_c (list, '"');
    }
  return g_string_free (list, FALSE);
}
