/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-schema.h"

#include <glib/gi18n-lib.h>

/* The n-th entry makes version n + 1 out of version n. What was released is never changed. */
static const char *const versions[][16] = {
  {
      "CREATE TABLE pictures ("
      "  id INTEGER PRIMARY KEY,"
      "  path TEXT NOT NULL UNIQUE,"
      "  fingerprint TEXT NOT NULL,"
      "  n_bytes INTEGER NOT NULL,"
      "  modified INTEGER NOT NULL,"
      "  created INTEGER NOT NULL,"
      "  width INTEGER NOT NULL,"
      "  height INTEGER NOT NULL,"
      "  model TEXT NOT NULL,"
      "  favourite INTEGER NOT NULL DEFAULT 0,"
      "  missing INTEGER NOT NULL DEFAULT 0)",
      "CREATE INDEX pictures_by_created ON pictures (missing, created, id)",
      "CREATE INDEX pictures_by_fingerprint ON pictures (fingerprint)",
      "CREATE INDEX favourites ON pictures (created, id) WHERE favourite AND NOT missing",
      "CREATE TABLE settings ("
      "  picture INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,"
      "  prompt TEXT NOT NULL,"
      "  negative TEXT NOT NULL,"
      "  infotext TEXT NOT NULL)",
      "CREATE VIRTUAL TABLE words USING fts5 ("
      "  prompt, negative, model,"
      "  tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3')",
      "CREATE TABLE labels ("
      "  id INTEGER PRIMARY KEY,"
      "  kind INTEGER NOT NULL,"
      "  name TEXT NOT NULL,"
      "  UNIQUE (kind, name))",
      "CREATE TABLE labelled ("
      "  label INTEGER NOT NULL REFERENCES labels (id) ON DELETE CASCADE,"
      "  picture INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,"
      "  PRIMARY KEY (label, picture)) WITHOUT ROWID",
      "CREATE INDEX labels_of_pictures ON labelled (picture)",
      "CREATE TABLE folders (path TEXT PRIMARY KEY) WITHOUT ROWID",
      "CREATE TABLE jobs ("
      "  id INTEGER PRIMARY KEY,"
      "  position INTEGER NOT NULL,"
      "  request TEXT NOT NULL,"
      "  folder TEXT NOT NULL,"
      "  endless INTEGER NOT NULL,"
      "  n_made INTEGER NOT NULL DEFAULT 0,"
      "  failure TEXT)",
      "CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
  },
  {
      "ALTER TABLE jobs ADD COLUMN comparison TEXT",
      "CREATE TABLE cells ("
      "  job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,"
      "  number INTEGER NOT NULL,"
      "  picture INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,"
      "  PRIMARY KEY (job, number)) WITHOUT ROWID",
      "CREATE INDEX cells_of_pictures ON cells (picture)",
      "CREATE TABLE prompts ("
      "  kind INTEGER NOT NULL,"
      "  prompt TEXT NOT NULL,"
      "  used INTEGER NOT NULL,"
      "  PRIMARY KEY (kind, prompt)) WITHOUT ROWID",
      "CREATE INDEX prompts_by_use ON prompts (kind, used)",
  },
};

#define NEWEST ((int) G_N_ELEMENTS (versions))

static gboolean
get_version (SfDatabase *database, int *version, GError **error)
{
  sqlite3_stmt *statement = sf_database_query (database, error, "PRAGMA user_version", "");

  if (statement == NULL || !sf_database_next (database, statement, error))
    return FALSE;
  *version = sqlite3_column_int (statement, 0);
  sqlite3_reset (statement);
  return TRUE;
}

static gboolean
update_from (SfDatabase *database, int version, GError **error)
{
  for (; version < NEWEST; version++)
    {
      g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %d", version + 1);

      for (guint i = 0; versions[version][i] != NULL; i++)
        if (!sf_database_run (database, error, versions[version][i], ""))
          return FALSE;
      if (!sf_database_run (database, error, mark, ""))
        return FALSE;
    }
  return TRUE;
}

gboolean
sf_schema_update (SfDatabase *database, GError **error)
{
  int version = 0;

  if (!get_version (database, &version, error))
    return FALSE;
  if (version == NEWEST)
    return TRUE;
  if (version > NEWEST)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _ ("open the library: it is of a newer version of Sfumato"));
      return FALSE;
    }

  /* Another program may have been quicker meanwhile. */
  if (!sf_database_begin (database, error))
    return FALSE;
  if (!get_version (database, &version, error) || !update_from (database, version, error))
    {
      sf_database_roll_back (database);
      return FALSE;
    }
  return sf_database_commit (database, error);
}
