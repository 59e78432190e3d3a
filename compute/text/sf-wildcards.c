/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-wildcards.h"

#include <string.h>

#include <glib/gstdio.h>

#define MAX_FILE_BYTES (16 << 20)
#define MAX_NAME_BYTES 255
#define FILE_SUFFIX ".txt"
#define NONE G_MAXSIZE

typedef struct
{
  const SfWildcardOptions *options;
  GRand *random;
  GHashTable *files; /* name → GPtrArray of lines, empty if there is none */
  guint n_choices;
  GString *out;
} Chooser;

/* A text with, for each "{", the offset of the "}" that closes it. */
typedef struct
{
  const char *text;
  gsize *closing;
} Source;

static void choose (Chooser *self, const Source *source, gsize start, gsize end, guint depth);

static gsize *
match_braces (const char *text)
{
  gsize n_bytes = strlen (text);
  gsize *closing = g_new (gsize, n_bytes + 1);
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (gsize));

  for (gsize i = 0; i < n_bytes; i++)
    {
      closing[i] = NONE;
      if (text[i] == '\\')
        {
          i++;
          closing[i] = NONE;
        }
      else if (text[i] == '{')
        {
          g_array_append_val (open, i);
        }
      else if (text[i] == '}' && open->len > 0)
        {
          closing[g_array_index (open, gsize, open->len - 1)] = i;
          g_array_set_size (open, open->len - 1);
        }
    }
  return closing;
}

static void
choose_text (Chooser *self, const char *text, guint depth)
{
  g_autofree gsize *closing = match_braces (text);
  Source source = { text, closing };

  choose (self, &source, 0, strlen (text), depth);
}

/* The ends of the options between two offsets. */
static GArray *
find_options (const Source *source, gsize start, gsize end)
{
  GArray *ends = g_array_new (FALSE, FALSE, sizeof (gsize));

  for (gsize i = start; i < end; i++)
    {
      if (source->text[i] == '\\')
        i++;
      else if (source->text[i] == '{' && source->closing[i] < end)
        i = source->closing[i];
      else if (source->text[i] == '{')
        break;
      else if (source->text[i] == '|')
        g_array_append_val (ends, i);
    }
  g_array_append_val (ends, end);
  return ends;
}

static gboolean
may_choose (const Chooser *self, guint depth)
{
  return depth < SF_WILDCARD_MAX_DEPTH && self->n_choices < SF_WILDCARD_MAX_CHOICES;
}

/* "{a|b}" at @start. Returns where it ends, or NONE. */
static gsize
choose_option (Chooser *self, const Source *source, gsize start, gsize end, guint depth)
{
  gsize closing = source->closing[start];
  g_autoptr (GArray) ends = NULL;
  guint chosen = 0;

  if (!may_choose (self, depth) || (closing >= end && !self->options->bare_brackets))
    return NONE;
  closing = MIN (closing, end);
  ends = find_options (source, start + 1, closing);
  if (ends->len == 1 && !self->options->bare_brackets)
    return NONE;

  self->n_choices++;
  chosen = (guint) g_rand_int_range (self->random, 0, (gint32) ends->len);
  choose (self, source, chosen == 0 ? start + 1 : g_array_index (ends, gsize, chosen - 1) + 1,
          g_array_index (ends, gsize, chosen), depth + 1);
  return MIN (closing + 1, end);
}

/* Parts of a path that lead nowhere else. */
static gboolean
is_safe_name (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (name, "/", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (*parts[i] == '\0' || *parts[i] == '.')
        return FALSE;
    }
  return parts[0] != NULL;
}

static void
load_lines (const char *path, GPtrArray *lines)
{
  g_autofree char *contents = NULL, *valid = NULL;
  g_auto (GStrv) all = NULL;
  gsize n_bytes = 0;
  GStatBuf status;

  if (g_stat (path, &status) != 0 || !S_ISREG (status.st_mode) || status.st_size > MAX_FILE_BYTES
      || !g_file_get_contents (path, &contents, &n_bytes, NULL))
    return;
  valid = g_utf8_make_valid (contents, (gssize) strlen (contents));
  all = g_strsplit (valid, "\n", -1);
  for (guint i = 0; all[i] != NULL; i++)
    {
      const char *line = g_strstrip (all[i]);

      if (*line != '\0' && *line != '#')
        g_ptr_array_add (lines, g_strdup (line));
    }
}

static const GPtrArray *
get_lines (Chooser *self, const char *name)
{
  GPtrArray *lines = g_hash_table_lookup (self->files, name);

  if (lines == NULL)
    {
      g_autofree char *file = g_strconcat (name, FILE_SUFFIX, NULL);
      g_autofree char *path = g_build_filename (self->options->folder, file, NULL);

      lines = g_ptr_array_new_with_free_func (g_free);
      load_lines (path, lines);
      g_hash_table_insert (self->files, g_strdup (name), lines);
    }
  return lines;
}

/* "__name__" at @start. Returns where it ends, or NONE. */
static gsize
choose_line (Chooser *self, const Source *source, gsize start, gsize end, guint depth)
{
  const char *text = source->text + start + 2;
  const char *stop = g_strstr_len (text, MIN (end - start - 2, MAX_NAME_BYTES + 2), "__");
  g_autofree char *name = NULL;
  const GPtrArray *lines = NULL;

  if (stop == NULL || *text == '_' || self->options->folder == NULL || !may_choose (self, depth))
    return NONE;
  name = g_strndup (text, (gsize) (stop - text));
  if (!is_safe_name (name))
    return NONE;
  lines = get_lines (self, name);
  if (lines->len == 0)
    return NONE;

  self->n_choices++;
  choose_text (self, lines->pdata[g_rand_int_range (self->random, 0, (gint32) lines->len)],
               depth + 1);
  return (gsize) (stop + 2 - source->text);
}

static void
choose (Chooser *self, const Source *source, gsize start, gsize end, guint depth)
{
  const char *text = source->text;

  for (gsize at = start; at < end && self->out->len <= self->options->max_bytes;)
    {
      gsize next = NONE;

      if (text[at] == '{')
        next = choose_option (self, source, at, end, depth);
      else if (text[at] == '_' && at + 4 < end && text[at + 1] == '_')
        next = choose_line (self, source, at, end, depth);
      if (next == NONE)
        {
          next = at + (text[at] == '\\' && at + 1 < end ? 2 : 1);
          g_string_append_len (self->out, text + at, (gssize) (next - at));
        }
      at = next;
    }
}

char *
sf_wildcards_choose (const char *text, const SfWildcardOptions *options)
{
  guint32 seed[2];
  Chooser chooser = { options };
  char *chosen = NULL;

  g_return_val_if_fail (text != NULL && options != NULL, NULL);

  seed[0] = (guint32) options->seed;
  seed[1] = (guint32) (options->seed >> 32);
  chooser.random = g_rand_new_with_seed_array (seed, G_N_ELEMENTS (seed));
  chooser.files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) g_ptr_array_unref);
  chooser.out = g_string_new (NULL);
  choose_text (&chooser, text, 0);
  g_rand_free (chooser.random);
  g_hash_table_unref (chooser.files);
  chosen = g_utf8_make_valid (chooser.out->str, -1);
  g_string_free (chooser.out, TRUE);
  return chosen;
}
