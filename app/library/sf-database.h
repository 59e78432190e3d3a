/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/**
 * SfDatabase: a connection to the SQLite file that library and queue are kept in.
 *
 * The file is in WAL mode, so that who reads never waits for who writes, and is synced with each
 * transaction. Connections are cheap: each thread has its own. One thread at a time.
 *
 * Values are given by a format, a letter for each "?" of the statement: "i" gint64, "d" double,
 * "s" string (may be NULL), "b" GBytes.
 *
 * Errors: G_IO_ERROR_NO_SPACE for a full disk, _INVALID_DATA for a damaged file, _BUSY, _READ_ONLY,
 * _NOT_SUPPORTED for a file of a newer version, _FAILED.
 */
typedef struct _SfDatabase SfDatabase;

/* Opens the file, makes it and its folder if they are missing, and brings its schema up to date. */
SfDatabase *sf_database_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sf_database_close (SfDatabase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfDatabase, sf_database_close)

/* Runs a statement whose rows do not matter. */
gboolean sf_database_run (SfDatabase *self, GError **error, const char *sql, const char *format,
                          ...);

/* Begins to read rows; NULL on an error. The statement belongs to the connection and is used again the next time
 * that the same text is asked for: read it to its end, or reset it, before that. */
sqlite3_stmt *sf_database_query (SfDatabase *self, GError **error, const char *sql,
                                 const char *format, ...) G_GNUC_WARN_UNUSED_RESULT;

/* The next row: FALSE at the end and on an error. */
gboolean sf_database_next (SfDatabase *self, sqlite3_stmt *statement, GError **error);

/* Whether the whole file is sound; takes time. */
gboolean sf_database_check (SfDatabase *self, GError **error);

gint64 sf_database_get_last_id (SfDatabase *self);
int sf_database_count_changes (SfDatabase *self); /* rows that the last statement changed */

/* Transactions are immediate and do not nest. */
gboolean sf_database_begin (SfDatabase *self, GError **error);
gboolean sf_database_commit (SfDatabase *self, GError **error);
void sf_database_roll_back (SfDatabase *self);

/* A column as text, never NULL. */
char *sf_database_dup_text (sqlite3_stmt *statement, int column) G_GNUC_WARN_UNUSED_RESULT;

/* The first column of all rows. @statement may be NULL: its query has failed. */
char **sf_database_dup_strings (SfDatabase *self, sqlite3_stmt *statement, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
