/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-database.h"

#include "engine/sfumato.h"
#include "sf-schema.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#define BUSY_TIMEOUT_MS 10000

struct _SfDatabase
{
  sqlite3 *connection;
  char *path;
  GHashTable *statements; /* of sqlite3_stmt, by their text */
};

static void
set_error (SfDatabase *self, int code, GError **error)
{
  GIOErrorEnum kind = G_IO_ERROR_FAILED;
  const char *reason = sqlite3_errmsg (self->connection);

  switch (code & 0xff)
    {
    case SQLITE_FULL:
      kind = G_IO_ERROR_NO_SPACE;
      break;
    case SQLITE_IOERR:
      /* A full disk where SQLite does not expect it. */
      if (sqlite3_system_errno (self->connection) == ENOSPC)
        {
          kind = G_IO_ERROR_NO_SPACE;
          reason = g_strerror (ENOSPC);
        }
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      kind = G_IO_ERROR_INVALID_DATA;
      break;
    case SQLITE_BUSY:
      kind = G_IO_ERROR_BUSY;
      break;
    case SQLITE_READONLY:
      kind = G_IO_ERROR_READ_ONLY;
      break;
    default:
      break;
    }
  g_set_error (error, G_IO_ERROR, kind, _ ("use the library %s: %s"), self->path, reason);
}

static void
bind (sqlite3_stmt *statement, const char *format, va_list values)
{
  g_assert ((int) strlen (format) == sqlite3_bind_parameter_count (statement));

  for (int i = 1; *format != '\0'; format++, i++)
    switch (*format)
      {
      case 'i':
        sqlite3_bind_int64 (statement, i, va_arg (values, gint64));
        break;
      case 'd':
        sqlite3_bind_double (statement, i, va_arg (values, double));
        break;
      case 's':
        sqlite3_bind_text (statement, i, va_arg (values, const char *), -1, SQLITE_TRANSIENT);
        break;
      case 'b':
        {
          GBytes *bytes = va_arg (values, GBytes *);

          sqlite3_bind_blob64 (statement, i, g_bytes_get_data (bytes, NULL),
                               g_bytes_get_size (bytes), SQLITE_TRANSIENT);
          break;
        }
      default:
        g_assert_not_reached ();
      }
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static sqlite3_stmt *
prepare (SfDatabase *self, const char *sql, GError **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);
  int code;

  if (statement != NULL)
    {
      sqlite3_reset (statement);
      return statement;
    }

  code = sqlite3_prepare_v3 (self->connection, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                             NULL);
  if (code != SQLITE_OK)
    {
      set_error (self, code, error);
      return NULL;
    }
  g_hash_table_insert (self->statements, g_strdup (sql), statement);
  return statement;
}

static sqlite3_stmt *
query (SfDatabase *self, const char *sql, const char *format, va_list values, GError **error)
{
  sqlite3_stmt *statement = prepare (self, sql, error);

  if (statement != NULL)
    bind (statement, format, values);
  return statement;
}

sqlite3_stmt *
sf_database_query (SfDatabase *self, GError **error, const char *sql, const char *format, ...)
{
  va_list values;

  va_start (values, format);
  sqlite3_stmt *statement = query (self, sql, format, values, error);
  va_end (values);
  return statement;
}

gboolean
sf_database_next (SfDatabase *self, sqlite3_stmt *statement, GError **error)
{
  int code = sqlite3_step (statement);

  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    set_error (self, code, error);
  sqlite3_reset (statement);
  return FALSE;
}

gboolean
sf_database_run (SfDatabase *self, GError **error, const char *sql, const char *format, ...)
{
  va_list values;
  GError *local_error = NULL;

  va_start (values, format);
  sqlite3_stmt *statement = query (self, sql, format, values, &local_error);
  va_end (values);

  if (statement != NULL)
    while (sf_database_next (self, statement, &local_error))
      continue;
  if (local_error != NULL)
    g_propagate_error (error, local_error);
  return local_error == NULL;
}

gboolean
sf_database_check (SfDatabase *self, GError **error)
{
  sqlite3_stmt *row = sf_database_query (self, error, "PRAGMA integrity_check (1)", "");
  gboolean sound = row != NULL && sf_database_next (self, row, error)
                   && g_strcmp0 ((const char *) sqlite3_column_text (row, 0), "ok") == 0;

  if (row != NULL)
    sqlite3_reset (row);
  return sound;
}

gint64
sf_database_get_last_id (SfDatabase *self)
{
  return sqlite3_last_insert_rowid (self->connection);
}

int
sf_database_count_changes (SfDatabase *self)
{
  return sqlite3_changes (self->connection);
}

gboolean
sf_database_begin (SfDatabase *self, GError **error)
{
  return sf_database_run (self, error, "BEGIN IMMEDIATE", "");
}

gboolean
sf_database_commit (SfDatabase *self, GError **error)
{
  if (sf_database_run (self, error, "COMMIT", ""))
    return TRUE;
  sf_database_roll_back (self);
  return FALSE;
}

void
sf_database_roll_back (SfDatabase *self)
{
  /* Some errors have rolled back already. */
  if (!sqlite3_get_autocommit (self->connection))
    sf_database_run (self, NULL, "ROLLBACK", "");
}

char *
sf_database_dup_text (sqlite3_stmt *statement, int column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);

  return g_strdup (text != NULL ? text : "");
}

char **
sf_database_dup_strings (SfDatabase *self, sqlite3_stmt *row, GError **error)
{
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();
  GError *local_error = NULL;

  if (row == NULL)
    return NULL;
  while (sf_database_next (self, row, &local_error))
    g_strv_builder_add (strings, (const char *) sqlite3_column_text (row, 0));
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return NULL;
    }
  return g_strv_builder_end (strings);
}

SfDatabase *
sf_database_open (const char *path, GError **error)
{
  g_autoptr (SfDatabase) self = g_new0 (SfDatabase, 1);
  g_autofree char *folder = g_path_get_dirname (path);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
              | SQLITE_OPEN_EXRESCODE;
  int code;

  self->path = g_strdup (path);
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize_statement);
  if (!sf_folder_make (folder, 0700, error))
    return NULL;

  code = sqlite3_open_v2 (path, &self->connection, flags, NULL);
  if (code != SQLITE_OK)
    {
      set_error (self, code, error);
      return NULL;
    }
  sqlite3_busy_timeout (self->connection, BUSY_TIMEOUT_MS);
  if (!sf_database_run (self, error, "PRAGMA journal_mode = WAL", "")
      || !sf_database_run (self, error, "PRAGMA synchronous = FULL", "")
      || !sf_database_run (self, error, "PRAGMA foreign_keys = ON", "")
      || !sf_schema_update (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
sf_database_close (SfDatabase *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->statements);
  sqlite3_close (self->connection);
  g_free (self->path);
  g_free (self);
}
