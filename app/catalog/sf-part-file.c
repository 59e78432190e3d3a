/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-part-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUP "download"
#define CHUNK_BYTES (1024 * 1024)

struct _SfPartFile
{
  char *path;
  char *note_path;
  char *address;
  char *validator;
  int fd;
  guint64 n_bytes;
};

static char *
get_path (const char *folder, const char *name, const char *ending)
{
  g_autofree char *file = g_strconcat (name, ending, NULL);

  return g_build_filename (folder, file, NULL);
}

/* The validator of the note; FALSE if the note is not of this address. */
static gboolean
read_note (const char *path, const char *address, char **validator)
{
  g_autoptr (GKeyFile) note = g_key_file_new ();
  g_autofree char *noted = NULL;

  if (!g_key_file_load_from_file (note, path, G_KEY_FILE_NONE, NULL))
    return FALSE;
  noted = g_key_file_get_string (note, GROUP, "address", NULL);
  if (g_strcmp0 (noted, address) != 0)
    return FALSE;
  if (validator != NULL)
    *validator = g_key_file_get_string (note, GROUP, "validator", NULL);
  return TRUE;
}

/* Also for descriptors: closes nothing. */
static gboolean
fail (const char *path, GError **error)
{
  const int saved = errno;

  if (saved == ENOSPC || saved == EDQUOT)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                 _ ("The disk is full. What was downloaded so far is kept"));
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), _ ("Write %s: %s"), path,
                 g_strerror (saved));
  return FALSE;
}

SfPartFile *
sf_part_file_open (const char *folder, const char *name, const char *address, GError **error)
{
  g_autoptr (SfPartFile) self = g_new0 (SfPartFile, 1);
  struct stat info;

  self->path = get_path (folder, name, ".part");
  self->note_path = get_path (folder, name, ".part.ini");
  self->address = g_strdup (address);
  self->fd = -1;
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      fail (folder, error);
      return NULL;
    }
  self->fd = g_open (self->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (self->fd < 0 || fstat (self->fd, &info) != 0)
    {
      fail (self->path, error);
      return NULL;
    }
  if (!S_ISREG (info.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("%s is not a file"),
                   self->path);
      return NULL;
    }
  if (read_note (self->note_path, address, &self->validator))
    self->n_bytes = (guint64) info.st_size;
  return g_steal_pointer (&self);
}

void
sf_part_file_free (SfPartFile *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self->note_path);
  g_free (self->address);
  g_free (self->validator);
  g_free (self);
}

guint64
sf_part_file_peek (const char *folder, const char *name, const char *address)
{
  g_autofree char *path = get_path (folder, name, ".part");
  g_autofree char *note_path = get_path (folder, name, ".part.ini");
  GStatBuf info;

  if (!read_note (note_path, address, NULL) || g_stat (path, &info) != 0)
    return 0;
  return (guint64) info.st_size;
}

void
sf_part_file_discard (const char *folder, const char *name)
{
  g_autofree char *path = get_path (folder, name, ".part");
  g_autofree char *note_path = get_path (folder, name, ".part.ini");

  g_unlink (path);
  g_unlink (note_path);
}

guint64
sf_part_file_get_n_bytes (SfPartFile *self)
{
  return self->n_bytes;
}

const char *
sf_part_file_get_validator (SfPartFile *self)
{
  return self->validator;
}

gboolean
sf_part_file_begin (SfPartFile *self, const char *validator, GError **error)
{
  g_autoptr (GKeyFile) note = g_key_file_new ();

  g_free (self->validator);
  self->validator = g_strdup (validator);
  self->n_bytes = 0;
  /* A note never stands beside a part of before. */
  if (ftruncate (self->fd, 0) != 0)
    return fail (self->path, error);
  g_key_file_set_string (note, GROUP, "address", self->address);
  if (validator != NULL)
    g_key_file_set_string (note, GROUP, "validator", validator);
  return g_key_file_save_to_file (note, self->note_path, error);
}

gboolean
sf_part_file_append (SfPartFile *self, const void *bytes, gsize n_bytes, GError **error)
{
  const guint8 *next = bytes;

  while (n_bytes > 0)
    {
      const gssize written = write (self->fd, next, n_bytes);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return fail (self->path, error);
      next += written;
      n_bytes -= (gsize) written;
      self->n_bytes += (guint64) written;
    }
  return TRUE;
}

char *
sf_part_file_hash (SfPartFile *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *chunk = g_malloc (CHUNK_BYTES);
  guint64 position = 0;

  while (position < self->n_bytes)
    {
      const gssize n_read = pread (self->fd, chunk, CHUNK_BYTES, (off_t) position);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      if (n_read < 0 && errno == EINTR)
        continue;
      if (n_read <= 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Read %s: %s"), self->path,
                       n_read < 0 ? g_strerror (errno) : _ ("it has become shorter"));
          return NULL;
        }
      g_checksum_update (checksum, chunk, n_read);
      position += (guint64) n_read;
    }
  return g_strdup (g_checksum_get_string (checksum));
}

gboolean
sf_part_file_finish (SfPartFile *self, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0777) != 0)
    return fail (folder, error);
  if (fsync (self->fd) != 0)
    return fail (self->path, error);
  if (renameat2 (AT_FDCWD, self->path, AT_FDCWD, path, RENAME_NOREPLACE) != 0)
    {
      if (errno == EINVAL && !g_file_test (path, G_FILE_TEST_EXISTS)
          && g_rename (self->path, path) == 0)
        errno = 0; /* a file system without it */
      else if (errno == EEXIST || g_file_test (path, G_FILE_TEST_EXISTS))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _ ("There is a file %s already"),
                       path);
          return FALSE;
        }
      else
        return fail (path, error);
    }
  g_unlink (self->note_path);
  return TRUE;
}

guint64
sf_part_file_get_free_space (SfPartFile *self)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->path);
  g_autoptr (GFileInfo)
      info = g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);

  if (info == NULL || !g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE))
    return G_MAXUINT64;
  return g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
}
