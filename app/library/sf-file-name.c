/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-file-name.h"

#include <string.h>

#define STANDARD SF_FILE_NAME_NUMBER "-[seed]"

static char *
dup_time (const char *format)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, format);
}

static char *
dup_prompt (const SfRequest *request)
{
  g_autofree char *start = g_utf8_substring (request->prompt, 0,
                                             MIN (g_utf8_strlen (request->prompt, -1),
                                                  SF_FILE_NAME_MAX_PROMPT));

  return g_strstrip (g_steal_pointer (&start));
}

static char *
dup_model (const SfRequest *request)
{
  g_autofree char *name = request->model != NULL ? g_path_get_basename (request->model)
                                                 : g_strdup ("starter");
  char *dot = strrchr (name, '.');

  if (dot != NULL && dot != name)
    *dot = '\0';
  return g_steal_pointer (&name);
}

static char *
dup_field (const SfRequest *request, const char *name)
{
  return sf_request_field_get (sf_request_find_field (name), request);
}

/* NULL: no such word. */
static char *
dup_value (const char *word, gsize length, const SfRequest *request)
{
  static const char *const fields[] = { "seed",   "steps",   "cfg",     "width",
                                        "height", "sampler", "schedule" };
  g_autofree char *name = g_strndup (word, length);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_str_equal (fields[i], name))
      return dup_field (request, name);
  if (g_str_equal (name, "date"))
    return dup_time ("%Y-%m-%d");
  if (g_str_equal (name, "time"))
    return dup_time ("%H-%M-%S");
  if (g_str_equal (name, "prompt"))
    return dup_prompt (request);
  if (g_str_equal (name, "model"))
    return dup_model (request);
  return NULL;
}

static char *
replace_words (const char *pattern, const SfRequest *request)
{
  GString *name = g_string_new (NULL);

  while (*pattern != '\0')
    {
      const char *end = *pattern == '[' ? strchr (pattern, ']') : NULL;
      g_autofree char *value = NULL;

      if (end != NULL)
        value = dup_value (pattern + 1, (gsize) (end - pattern) - 1, request);
      if (value != NULL)
        g_string_append (name, value);
      else
        g_string_append_c (name, *pattern);
      pattern = value != NULL ? end + 1 : pattern + 1;
    }
  return g_string_free (name, FALSE);
}

static gboolean
is_bad (char c)
{
  return (guchar) c < ' ' || c == 0x7f || strchr ("/\\:*?\"<>|", c) != NULL;
}

char *
sf_file_name_expand (const char *pattern, const SfRequest *request)
{
  g_autofree char *name = replace_words (pattern, request);
  g_autofree char *valid = NULL;

  for (char *c = name; *c != '\0'; c++)
    if (is_bad (*c) || (*c == '.' && c == name))
      *c = '_';
  if (strlen (name) > SF_FILE_NAME_MAX_BYTES)
    name[SF_FILE_NAME_MAX_BYTES] = '\0';
  valid = g_strstrip (g_utf8_make_valid (name, -1));
  return *valid != '\0' ? g_steal_pointer (&valid) : replace_words (STANDARD, request);
}

const char *
sf_file_name_list_words (void)
{
  return "[number], [seed], [date], [time], [prompt], [model], [steps], [cfg], [width], [height],"
         " [sampler], [schedule]";
}
