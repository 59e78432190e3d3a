/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-records.h"

#include "sf-words.h"

gint64
sf_records_find_path (SfDatabase *database, const char *path)
{
  sqlite3_stmt *row = sf_database_query (database, NULL, "SELECT id FROM pictures WHERE path = ?",
                                         "s", path);
  gint64 id = 0;

  if (row != NULL && sf_database_next (database, row, NULL))
    {
      id = sqlite3_column_int64 (row, 0);
      sqlite3_reset (row);
    }
  return id;
}

/* One with the same contents whose file is not where it was; 0: there is none. */
static gint64
find_moved (SfDatabase *database, const SfPictureRecord *record)
{
  sqlite3_stmt *row = sf_database_query (database, NULL,
                                         "SELECT id, path FROM pictures WHERE fingerprint = ?", "s",
                                         record->fingerprint);
  gint64 id = 0;

  while (row != NULL && id == 0 && sf_database_next (database, row, NULL))
    if (!g_file_test ((const char *) sqlite3_column_text (row, 1), G_FILE_TEST_EXISTS))
      id = sqlite3_column_int64 (row, 0);
  if (row != NULL)
    sqlite3_reset (row);
  return id;
}

static gboolean
store_texts (SfDatabase *database, gint64 id, const SfPictureRecord *record, GError **error)
{
  g_autofree char *prompt = sf_words_for_index (record->prompt);
  g_autofree char *negative = sf_words_for_index (record->negative);
  g_autofree char *model = sf_words_for_index (record->model);

  return sf_database_run (database, error,
                          "INSERT OR REPLACE INTO settings (picture, prompt, negative, infotext)"
                          " VALUES (?, ?, ?, ?)",
                          "isss", id, record->prompt, record->negative, record->infotext)
         && sf_database_run (database, error,
                             "INSERT OR REPLACE INTO words (rowid, prompt, negative, model)"
                             " VALUES (?, ?, ?, ?)",
                             "isss", id, prompt, negative, model);
}

gint64
sf_records_store (SfDatabase *database, const SfPictureRecord *record, GError **error)
{
  gint64 id = sf_records_find_path (database, record->path);
  gboolean stored;

  if (id == 0)
    id = find_moved (database, record);

  if (id == 0)
    {
      stored = sf_database_run (database, error,
                                "INSERT INTO pictures (path, fingerprint, n_bytes, modified,"
                                " created, width, height, model) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                                "ssiiiiis", record->path, record->fingerprint, record->n_bytes,
                                record->modified, record->created, (gint64) record->width,
                                (gint64) record->height, record->model);
      id = sf_database_get_last_id (database);
    }
  else
    stored = sf_database_run (database, error,
                              "UPDATE pictures SET path = ?, fingerprint = ?, n_bytes = ?,"
                              " modified = ?, width = ?, height = ?, model = ?, missing = 0"
                              " WHERE id = ?",
                              "ssiiiisi", record->path, record->fingerprint, record->n_bytes,
                              record->modified, (gint64) record->width, (gint64) record->height,
                              record->model, id);
  return stored && store_texts (database, id, record, error) ? id : 0;
}

SfPictureRecord *
sf_records_load (SfDatabase *database, gint64 id, GError **error)
{
  sqlite3_stmt *row = sf_database_query (
      database, error,
      "SELECT path, fingerprint, n_bytes, modified, created, width, height, model, prompt,"
      " negative, infotext, favourite, missing"
      " FROM pictures JOIN settings ON picture = id WHERE id = ?",
      "i", id);

  if (row == NULL || !sf_database_next (database, row, error))
    return NULL;

  SfPictureRecord *record = g_new0 (SfPictureRecord, 1);
  record->id = id;
  record->path = sf_database_dup_text (row, 0);
  record->fingerprint = sf_database_dup_text (row, 1);
  record->n_bytes = sqlite3_column_int64 (row, 2);
  record->modified = sqlite3_column_int64 (row, 3);
  record->created = sqlite3_column_int64 (row, 4);
  record->width = (guint) sqlite3_column_int64 (row, 5);
  record->height = (guint) sqlite3_column_int64 (row, 6);
  record->model = sf_database_dup_text (row, 7);
  record->prompt = sf_database_dup_text (row, 8);
  record->negative = sf_database_dup_text (row, 9);
  record->infotext = sf_database_dup_text (row, 10);
  record->favourite = sqlite3_column_int (row, 11) != 0;
  record->missing = sqlite3_column_int (row, 12) != 0;
  sqlite3_reset (row);
  return record;
}

gboolean
sf_records_set_favourite (SfDatabase *database, gint64 id, gboolean favourite, GError **error)
{
  return sf_database_run (database, error, "UPDATE pictures SET favourite = ? WHERE id = ?", "ii",
                          (gint64) favourite, id);
}

gboolean
sf_records_set_missing (SfDatabase *database, gint64 id, gboolean missing, GError **error)
{
  return sf_database_run (database, error, "UPDATE pictures SET missing = ? WHERE id = ?", "ii",
                          (gint64) missing, id);
}

gboolean
sf_records_set_label (SfDatabase *database, gint64 id, SfLabelKind kind, const char *name,
                      gboolean set, GError **error)
{
  if (set)
    return sf_database_run (database, error,
                            "INSERT OR IGNORE INTO labels (kind, name) VALUES (?, ?)", "is",
                            (gint64) kind, name)
           && sf_database_run (database, error,
                               "INSERT OR IGNORE INTO labelled (label, picture)"
                               " SELECT id, ? FROM labels WHERE kind = ? AND name = ?",
                               "iis", id, (gint64) kind, name);

  return sf_database_run (database, error,
                          "DELETE FROM labelled WHERE picture = ? AND label IN"
                          " (SELECT id FROM labels WHERE kind = ? AND name = ?)",
                          "iis", id, (gint64) kind, name)
         && sf_database_run (database, error,
                             "DELETE FROM labels WHERE kind = ? AND name = ?"
                             " AND id NOT IN (SELECT label FROM labelled)",
                             "is", (gint64) kind, name);
}

char **
sf_records_list_labels (SfDatabase *database, gint64 id, SfLabelKind kind, GError **error)
{
  sqlite3_stmt *row;

  if (id == 0)
    row = sf_database_query (database, error,
                             "SELECT name FROM labels WHERE kind = ? ORDER BY name", "i",
                             (gint64) kind);
  else
    row = sf_database_query (database, error,
                             "SELECT name FROM labelled JOIN labels ON label = id"
                             " WHERE picture = ? AND kind = ? ORDER BY name",
                             "ii", id, (gint64) kind);
  return sf_database_dup_strings (database, row, error);
}

char **
sf_records_list_facet (SfDatabase *database, SfFacet facet, GError **error)
{
  const char *sql = facet == SF_FACET_MODEL
                        ? "SELECT model FROM pictures WHERE missing = 0 GROUP BY model"
                          " ORDER BY COUNT (*) DESC LIMIT 100"
                        : "SELECT width || 'x' || height FROM pictures"
                          " WHERE missing = 0 AND width > 0 GROUP BY width, height"
                          " ORDER BY COUNT (*) DESC LIMIT 100";

  return sf_database_dup_strings (database, sf_database_query (database, error, sql, ""), error);
}

gboolean
sf_records_add_folder (SfDatabase *database, const char *path, GError **error)
{
  return sf_database_run (database, error, "INSERT OR IGNORE INTO folders (path) VALUES (?)", "s",
                          path);
}

char **
sf_records_list_folders (SfDatabase *database, GError **error)
{
  return sf_database_dup_strings (database,
                                  sf_database_query (database, error,
                                                     "SELECT path FROM folders ORDER BY path", ""),
                                  error);
}
