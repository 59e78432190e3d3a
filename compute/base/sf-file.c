/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sf-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

struct _SfFileWriter
{
  char *path;           /* as the caller named it, for messages */
  char *target;         /* links resolved */
  char *temporary_path; /* NULL while nothing is left to remove */
  FILE *stream;         /* NULL once closed */
};

GMappedFile *
sf_file_map (const char *path, GError **error)
{
  struct stat info;
  int fd = -1;
  GMappedFile *mapped = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  if (fd < 0 || fstat (fd, &info) != 0)
    {
      int saved_errno = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno), _ ("open %s: %s"), path,
                   g_strerror (saved_errno));
    }
  else if (!S_ISREG (info.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("open %s: %s"), path,
                   S_ISDIR (info.st_mode) ? _ ("it is a folder") : _ ("it is not a regular file"));
    }
  else
    {
      mapped = g_mapped_file_new_from_fd (fd, FALSE, error);
      if (mapped == NULL)
        g_prefix_error (error, _ ("open %s: "), path);
    }
  if (fd >= 0)
    close (fd);
  return mapped;
}

void
sf_file_forget (GMappedFile *mapped)
{
  g_return_if_fail (mapped != NULL);

  if (g_mapped_file_get_length (mapped) > 0)
    madvise (g_mapped_file_get_contents (mapped), g_mapped_file_get_length (mapped), MADV_DONTNEED);
}

static gboolean
fail_writing (SfFileWriter *self, int saved_errno, GError **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno), _ ("write %s: %s"),
               self->path, g_strerror (saved_errno));
  return FALSE;
}

/* Opens the temporary file, or the target itself where it cannot be replaced. */
static int
open_for_writing (SfFileWriter *self)
{
  struct stat info;
  gboolean exists = stat (self->path, &info) == 0;
  g_autofree char *folder = NULL;
  int fd = -1;

  if (exists && !S_ISREG (info.st_mode))
    {
      self->target = g_strdup (self->path);
      return g_open (self->path, O_WRONLY | O_CLOEXEC, 0);
    }

  self->target = exists ? realpath (self->path, NULL) : g_strdup (self->path);
  if (self->target == NULL)
    return -1;
  folder = g_path_get_dirname (self->target);
  self->temporary_path = g_build_filename (folder, ".sfumato-XXXXXX", NULL);
  fd = g_mkstemp_full (self->temporary_path, O_WRONLY | O_CLOEXEC, 0666);
  if (fd < 0)
    {
      int saved_errno = errno;

      g_clear_pointer (&self->temporary_path, g_free);
      errno = saved_errno;
    }
  else if (exists && fchmod (fd, info.st_mode & 07777) != 0)
    {
      g_debug ("%s: permissions could not be kept: %s", self->path, g_strerror (errno));
    }
  return fd;
}

SfFileWriter *
sf_file_writer_new (const char *path, GError **error)
{
  g_autoptr (SfFileWriter) self = g_new0 (SfFileWriter, 1);
  int fd = -1;

  g_return_val_if_fail (path != NULL, NULL);

  self->path = g_strdup (path);
  fd = open_for_writing (self);
  if (fd >= 0)
    self->stream = fdopen (fd, "wb");
  if (self->stream == NULL)
    {
      fail_writing (self, errno, error);
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  return g_steal_pointer (&self);
}

gboolean
sf_file_writer_write (SfFileWriter *self, const void *data, gsize n_bytes, GError **error)
{
  g_return_val_if_fail (self != NULL && self->stream != NULL, FALSE);

  if (n_bytes > 0 && fwrite (data, 1, n_bytes, self->stream) != n_bytes)
    return fail_writing (self, errno, error);
  return TRUE;
}

void
sf_file_sync_folder_of (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd < 0)
    return;
  if (fsync (fd) != 0)
    g_debug ("%s could not be synced: %s", folder, g_strerror (errno));
  close (fd);
}

gboolean
sf_file_writer_finish (SfFileWriter *self, GError **error)
{
  gboolean written = FALSE;
  int saved_errno = 0;

  g_return_val_if_fail (self != NULL && self->stream != NULL, FALSE);

  written = fflush (self->stream) == 0
            && (self->temporary_path == NULL || fsync (fileno (self->stream)) == 0);
  saved_errno = errno;
  if (fclose (g_steal_pointer (&self->stream)) != 0 && written)
    {
      written = FALSE;
      saved_errno = errno;
    }
  if (!written)
    return fail_writing (self, saved_errno, error);

  if (self->temporary_path != NULL)
    {
      if (g_rename (self->temporary_path, self->target) != 0)
        return fail_writing (self, errno, error);
      g_clear_pointer (&self->temporary_path, g_free);
      sf_file_sync_folder_of (self->target);
    }
  return TRUE;
}

void
sf_file_writer_free (SfFileWriter *self)
{
  g_return_if_fail (self != NULL);

  if (self->stream != NULL)
    fclose (self->stream);
  if (self->temporary_path != NULL)
    g_unlink (self->temporary_path);
  g_free (self->temporary_path);
  free (self->target);
  g_free (self->path);
  g_free (self);
}
