/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-scan.h"

#include "sf-records.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#define MAX_DEPTH 32
#define BATCH 32
#define TEMPORARY_PREFIX ".sfumato-"
#define TEMPORARY_SECONDS (24 * 60 * 60)

/* What the library knows of a file. */
typedef struct
{
  gint64 id;
  gint64 n_bytes;
  gint64 modified;
  gboolean missing;
  gboolean seen;
} Known;

typedef struct
{
  SfDatabase *database;
  SfScanFlags flags;
  GHashTable *known; /* of Known, by path */
  GPtrArray *batch;  /* of SfPictureRecord */
  SfScanCounts *counts;
  GCancellable *cancellable;
} Scan;

/* Of the file at @path, or of those in the folder there and below. */
static gboolean
load_known (Scan *scan, const char *path, GError **error)
{
  g_autofree char *least = g_strconcat (path, G_DIR_SEPARATOR_S, NULL);
  g_autofree char *beyond = g_strdup (least);
  GError *local_error = NULL;

  beyond[strlen (beyond) - 1]++;
  sqlite3_stmt *row = sf_database_query (scan->database, error,
                                         "SELECT path, id, n_bytes, modified, missing"
                                         " FROM pictures WHERE path = ?"
                                         " OR (path >= ? AND path < ?)",
                                         "sss", path, least, beyond);
  if (row == NULL)
    return FALSE;
  while (sf_database_next (scan->database, row, &local_error))
    {
      Known *known = g_new0 (Known, 1);

      known->id = sqlite3_column_int64 (row, 1);
      known->n_bytes = sqlite3_column_int64 (row, 2);
      known->modified = sqlite3_column_int64 (row, 3);
      known->missing = sqlite3_column_int (row, 4) != 0;
      g_hash_table_insert (scan->known, sf_database_dup_text (row, 0), known);
    }
  if (local_error != NULL)
    g_propagate_error (error, local_error);
  return local_error == NULL;
}

static gboolean
store_batch (Scan *scan, GError **error)
{
  if (scan->batch->len == 0)
    return TRUE;
  if (!sf_database_begin (scan->database, error))
    return FALSE;
  for (guint i = 0; i < scan->batch->len; i++)
    if (sf_records_store (scan->database, scan->batch->pdata[i], error) == 0)
      {
        sf_database_roll_back (scan->database);
        return FALSE;
      }
  scan->counts->n_stored += scan->batch->len;
  g_ptr_array_set_size (scan->batch, 0);
  return sf_database_commit (scan->database, error);
}

static gboolean
scan_picture (Scan *scan, const char *path, const struct stat *info, GError **error)
{
  Known *known = g_hash_table_lookup (scan->known, path);
  gint64 modified = info->st_mtim.tv_sec * G_USEC_PER_SEC + info->st_mtim.tv_nsec / 1000;

  if (known != NULL)
    known->seen = TRUE;
  if (known != NULL && !known->missing && known->n_bytes == info->st_size
      && known->modified == modified && (scan->flags & SF_SCAN_REREAD) == 0)
    {
      scan->counts->n_seen++;
      return TRUE;
    }

  SfPictureRecord *record = sf_picture_record_read (path, NULL);
  if (record == NULL)
    {
      if (known != NULL)
        known->seen = FALSE;
      scan->counts->n_unreadable++;
      return TRUE;
    }
  scan->counts->n_seen++;
  g_ptr_array_add (scan->batch, record);
  return scan->batch->len < BATCH || store_batch (scan, error);
}

static gboolean
scan_file (Scan *scan, const char *path, GError **error)
{
  g_autofree char *name = g_path_get_basename (path);
  struct stat info;

  if (!sf_picture_record_fits (name) || stat (path, &info) != 0 || !S_ISREG (info.st_mode))
    return TRUE;
  return scan_picture (scan, path, &info, error);
}

static void
remove_if_stale (const char *path, const struct stat *info)
{
  if (g_get_real_time () / G_USEC_PER_SEC - info->st_mtim.tv_sec > TEMPORARY_SECONDS)
    g_unlink (path);
}

static gboolean
scan_below (Scan *scan, const char *folder, guint depth, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      struct stat info;

      if (g_cancellable_set_error_if_cancelled (scan->cancellable, error))
        return FALSE;
      if (lstat (path, &info) != 0)
        continue;
      if (S_ISREG (info.st_mode) && g_str_has_prefix (name, TEMPORARY_PREFIX))
        remove_if_stale (path, &info);
      else if (S_ISDIR (info.st_mode))
        {
          if (*name != '.' && depth < MAX_DEPTH && !scan_below (scan, path, depth + 1, error))
            return FALSE;
        }
      else if (!scan_file (scan, path, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
mark_gone (Scan *scan, GError **error)
{
  GHashTableIter iter;
  gpointer path, value;

  if (!sf_database_begin (scan->database, error))
    return FALSE;
  g_hash_table_iter_init (&iter, scan->known);
  while (g_hash_table_iter_next (&iter, &path, &value))
    {
      const Known *known = value;

      if (known->seen || known->missing)
        continue;
      /* One that was found elsewhere has another path by now. */
      if (!sf_database_run (scan->database, error,
                            "UPDATE pictures SET missing = 1 WHERE id = ? AND path = ?", "is",
                            known->id, path))
        {
          sf_database_roll_back (scan->database);
          return FALSE;
        }
      scan->counts->n_gone += (guint) sf_database_count_changes (scan->database);
    }
  return sf_database_commit (scan->database, error);
}

gboolean
sf_scan_path (SfDatabase *database, const char *path, SfScanFlags flags, SfScanCounts *counts,
              GCancellable *cancellable, GError **error)
{
  g_autofree char *canonical = g_canonicalize_filename (path, NULL);
  Scan scan = { database, flags, NULL, NULL, counts, cancellable };

  scan.known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  scan.batch = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_picture_record_free);
  gboolean scanned = load_known (&scan, canonical, error)
                     && (g_file_test (canonical, G_FILE_TEST_IS_DIR)
                             ? scan_below (&scan, canonical, 0, error)
                             : scan_file (&scan, canonical, error))
                     && store_batch (&scan, error) && mark_gone (&scan, error);
  g_ptr_array_unref (scan.batch);
  g_hash_table_unref (scan.known);
  return scanned;
}

gboolean
sf_scan_all (SfDatabase *database, SfScanFlags flags, SfScanCounts *counts,
             GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) folders = sf_records_list_folders (database, error);

  if (folders == NULL)
    return FALSE;
  for (guint i = 0; folders[i] != NULL; i++)
    if (!sf_scan_path (database, folders[i], flags, counts, cancellable, error))
      return FALSE;
  return TRUE;
}
