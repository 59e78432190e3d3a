/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-model-hash.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/sf-model-path.h"

#define CACHE_GROUP "sha256"
#define CHUNK_BYTES (1024 * 1024)
#define SHA256_DIGITS 64

#define BRIEF_OFFSET 0x100000
#define BRIEF_BYTES 0x10000
#define BRIEF_DIGITS 8

/* Adds the size of a file to @stamp; the youngest file is the age of all. */
static gboolean
add_to_stamp (SfFileStamp *stamp, const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (file,
                                                  G_FILE_ATTRIBUTE_STANDARD_SIZE
                                                  "," G_FILE_ATTRIBUTE_TIME_MODIFIED
                                                  "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC,
                                                  G_FILE_QUERY_INFO_NONE, NULL, error);
  gint64 modified;

  if (info == NULL)
    return FALSE;

  stamp->n_bytes += (guint64) g_file_info_get_size (info);
  modified = (gint64) g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED)
                 * G_USEC_PER_SEC
             + g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC);
  stamp->modified = MAX (stamp->modified, modified);
  return TRUE;
}

gboolean
sf_file_stamp_read (SfFileStamp *stamp, const char *path, GError **error)
{
  g_autoptr (GPtrArray) files = sf_model_path_list_files (path, error);

  *stamp = (SfFileStamp){ 0 };
  for (guint i = 0; files != NULL && i < files->len; i++)
    if (!add_to_stamp (stamp, g_ptr_array_index (files, i), error))
      return FALSE;

  return files != NULL;
}

gboolean
sf_file_stamp_equal (const SfFileStamp *a, const SfFileStamp *b)
{
  return a->n_bytes == b->n_bytes && a->modified == b->modified;
}

static gboolean
hash_file (GChecksum *checksum, const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autofree guchar *chunk = g_malloc (CHUNK_BYTES);
  gssize n_read;

  if (stream == NULL)
    return FALSE;

  while ((n_read = g_input_stream_read (G_INPUT_STREAM (stream), chunk, CHUNK_BYTES, cancellable,
                                        error))
         > 0)
    g_checksum_update (checksum, chunk, n_read);

  return n_read == 0;
}

static char *
compute_hash (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) files = sf_model_path_list_files (path, error);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; files != NULL && i < files->len; i++)
    if (!hash_file (checksum, g_ptr_array_index (files, i), cancellable, error))
      return NULL;

  return files != NULL ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

static char *
make_cache_key (const char *path, const SfFileStamp *stamp)
{
  g_autofree char *canonical = g_canonicalize_filename (path, NULL);
  g_autofree char *text = g_strdup_printf ("%s\n%" G_GUINT64_FORMAT "\n%" G_GINT64_FORMAT,
                                           canonical, stamp->n_bytes, stamp->modified);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

char *
sf_model_hash_get (const char *path, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "sfumato", NULL);
  g_autofree char *cache_path = g_build_filename (folder, "model-hashes", NULL);
  g_autoptr (GKeyFile) cache = g_key_file_new ();
  g_autofree char *key = NULL;
  g_autofree char *hash = NULL;
  SfFileStamp stamp;

  g_return_val_if_fail (path != NULL, NULL);

  if (!sf_file_stamp_read (&stamp, path, error))
    return NULL;

  /* A cache that cannot be read or written only costs time. */
  key = make_cache_key (path, &stamp);
  g_key_file_load_from_file (cache, cache_path, G_KEY_FILE_NONE, NULL);
  hash = g_key_file_get_string (cache, CACHE_GROUP, key, NULL);
  if (hash != NULL && strlen (hash) == SHA256_DIGITS)
    return g_steal_pointer (&hash);

  g_free (hash);
  hash = compute_hash (path, cancellable, error);
  if (hash == NULL)
    {
      g_prefix_error (error, _ ("read %s for its hash: "), path);
      return NULL;
    }

  g_key_file_set_string (cache, CACHE_GROUP, key, hash);
  if (g_mkdir_with_parents (folder, 0700) == 0)
    g_key_file_save_to_file (cache, cache_path, NULL);

  return g_steal_pointer (&hash);
}

char *
sf_model_hash_get_brief (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autofree guchar *bytes = g_malloc (BRIEF_BYTES);
  g_autofree char *hash = NULL;
  gsize n_bytes;

  if (stream == NULL
      || !g_seekable_seek (G_SEEKABLE (stream), BRIEF_OFFSET, G_SEEK_SET, cancellable, error)
      || !g_input_stream_read_all (G_INPUT_STREAM (stream), bytes, BRIEF_BYTES, &n_bytes,
                                   cancellable, error))
    {
      g_prefix_error (error, _ ("read %s for its hash: "), path);
      return NULL;
    }

  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, n_bytes);
  return g_strndup (hash, BRIEF_DIGITS);
}
