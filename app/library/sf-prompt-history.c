/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-prompt-history.h"

#include <string.h>

struct _SfPromptHistory
{
  SfLibrary *library;
  SfPromptKind kind;
  GPtrArray *prompts; /* of char *, the latest first */
  int position;       /* where the walk is, -1: at the draft */
  char *draft;        /* where the walk began */
};

typedef struct
{
  SfPromptKind kind;
  char *prompt;
} Addition;

static void
addition_free (gpointer data)
{
  Addition *addition = data;

  g_free (addition->prompt);
  g_free (addition);
}

static gpointer
add_func (SfDatabase *database, gpointer data, GCancellable *cancellable, GError **error)
{
  const Addition *addition = data;

  if (sf_database_run (database, error,
                       "INSERT OR REPLACE INTO prompts (kind, prompt, used) VALUES"
                       " (?, ?, (SELECT COALESCE (MAX (used), 0) + 1 FROM prompts))",
                       "is", (gint64) addition->kind, addition->prompt))
    sf_database_run (database, error,
                     "DELETE FROM prompts WHERE kind = ? AND used NOT IN"
                     " (SELECT used FROM prompts WHERE kind = ? ORDER BY used DESC LIMIT ?)",
                     "iii", (gint64) addition->kind, (gint64) addition->kind,
                     (gint64) SF_PROMPT_HISTORY_MAX_PROMPTS);
  return NULL;
}

static void
load (SfPromptHistory *self)
{
  SfDatabase *database = sf_library_get_database (self->library);
  sqlite3_stmt *row = sf_database_query (database, NULL,
                                         "SELECT prompt FROM prompts WHERE kind = ?"
                                         " ORDER BY used DESC LIMIT ?",
                                         "ii", (gint64) self->kind,
                                         (gint64) SF_PROMPT_HISTORY_MAX_PROMPTS);
  g_auto (GStrv) prompts = sf_database_dup_strings (database, row, NULL);

  for (guint i = 0; prompts != NULL && prompts[i] != NULL; i++)
    g_ptr_array_add (self->prompts, g_strdup (prompts[i]));
}

SfPromptHistory *
sf_prompt_history_new (SfLibrary *library, SfPromptKind kind)
{
  SfPromptHistory *self = g_new0 (SfPromptHistory, 1);

  self->library = g_object_ref (library);
  self->kind = kind;
  self->prompts = g_ptr_array_new_with_free_func (g_free);
  self->position = -1;
  load (self);
  return self;
}

void
sf_prompt_history_free (SfPromptHistory *self)
{
  g_object_unref (self->library);
  g_ptr_array_unref (self->prompts);
  g_free (self->draft);
  g_free (self);
}

void
sf_prompt_history_add (SfPromptHistory *self, const char *prompt)
{
  guint position;

  self->position = -1;
  if (*prompt == '\0' || strlen (prompt) > SF_PROMPT_HISTORY_MAX_BYTES)
    return;

  if (g_ptr_array_find_with_equal_func (self->prompts, prompt, g_str_equal, &position))
    g_ptr_array_remove_index (self->prompts, position);
  g_ptr_array_insert (self->prompts, 0, g_strdup (prompt));
  if (self->prompts->len > SF_PROMPT_HISTORY_MAX_PROMPTS)
    g_ptr_array_set_size (self->prompts, SF_PROMPT_HISTORY_MAX_PROMPTS);

  Addition *addition = g_new0 (Addition, 1);
  addition->kind = self->kind;
  addition->prompt = g_strdup (prompt);
  sf_library_write (self->library, add_func, addition, addition_free);
}

static const char *
get_at (SfPromptHistory *self, int position)
{
  return position < 0 ? self->draft : self->prompts->pdata[position];
}

/* Where @current is on the walk. */
static void
take_up (SfPromptHistory *self, const char *current)
{
  if (self->draft != NULL && self->position < (int) self->prompts->len
      && g_str_equal (get_at (self, self->position), current))
    return;
  g_free (self->draft);
  self->draft = g_strdup (current);
  self->position = -1;
}

const char *
sf_prompt_history_get_older (SfPromptHistory *self, const char *current)
{
  take_up (self, current);
  for (int position = self->position + 1; position < (int) self->prompts->len; position++)
    if (!g_str_equal (self->prompts->pdata[position], current))
      {
        self->position = position;
        return get_at (self, position);
      }
  return NULL;
}

const char *
sf_prompt_history_get_newer (SfPromptHistory *self, const char *current)
{
  take_up (self, current);
  if (self->position < 0)
    return NULL;
  self->position--;
  return get_at (self, self->position);
}
