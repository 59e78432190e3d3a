/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-picture-record.h"

#include "engine/sfumato.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_BYTES 32768
#define TAIL_BYTES 4096
#define PNG_HEADER_BYTES 24 /* up to the size in IHDR */

gboolean
sf_picture_record_fits (const char *name)
{
  static const char *const suffixes[] = { ".png", ".jpg", ".jpeg", ".webp" };

  if (*name == '.')
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      gsize length = strlen (name);
      gsize n = strlen (suffixes[i]);

      if (length > n && g_ascii_strcasecmp (name + length - n, suffixes[i]) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_picture (const guint8 *head, gsize n_bytes)
{
  return n_bytes >= PNG_HEADER_BYTES
         && (memcmp (head, "\x89PNG\r\n\x1a\n", 8) == 0 || memcmp (head, "\xff\xd8\xff", 3) == 0
             || (memcmp (head, "RIFF", 4) == 0 && memcmp (head + 8, "WEBP", 4) == 0));
}

static guint
read_u32 (const guint8 *bytes)
{
  return (guint) bytes[0] << 24 | (guint) bytes[1] << 16 | (guint) bytes[2] << 8 | bytes[3];
}

/* Reads as many bytes as there are. */
static gssize
read_at (int fd, guint8 *bytes, gsize n_bytes, gint64 offset)
{
  gsize n_read = 0;

  while (n_read < n_bytes)
    {
      gssize n = pread (fd, bytes + n_read, n_bytes - n_read, offset + (gint64) n_read);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      n_read += (gsize) n;
    }
  return (gssize) n_read;
}

static gboolean
read_file (SfPictureRecord *self, int fd, GError **error)
{
  g_autofree guint8 *bytes = g_malloc (HEAD_BYTES + TAIL_BYTES);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  struct stat info;
  gssize n_head = -1, n_tail = -1;

  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode))
    {
      n_head = read_at (fd, bytes, HEAD_BYTES, 0);
      n_tail = read_at (fd, bytes + HEAD_BYTES, TAIL_BYTES, MAX (info.st_size - TAIL_BYTES, 0));
    }
  if (n_head < 0 || n_tail < 0 || !is_picture (bytes, (gsize) n_head))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("read %s: it is not a picture"),
                   self->path);
      return FALSE;
    }

  self->n_bytes = info.st_size;
  self->modified = info.st_mtim.tv_sec * G_USEC_PER_SEC + info.st_mtim.tv_nsec / 1000;
  self->created = self->modified;
  if (bytes[0] == 0x89)
    {
      self->width = read_u32 (bytes + 16);
      self->height = read_u32 (bytes + 20);
    }

  g_checksum_update (checksum, (const guchar *) &self->n_bytes, sizeof self->n_bytes);
  g_checksum_update (checksum, bytes, n_head);
  g_checksum_update (checksum, bytes + HEAD_BYTES, n_tail);
  self->fingerprint = g_strdup (g_checksum_get_string (checksum));
  return TRUE;
}

static void
read_settings (SfPictureRecord *self)
{
  g_autoptr (SfRequest) request = NULL;

  self->infotext = sf_picture_load_infotext (self->path, NULL);
  if (self->infotext != NULL)
    request = sf_request_new_from_infotext (self->infotext, NULL);
  if (request == NULL)
    return;

  self->prompt = g_strdup (request->prompt);
  self->negative = g_strdup (request->negative_prompt);
  self->model = g_strdup (request->model);
  if (self->width == 0)
    {
      self->width = request->width;
      self->height = request->height;
    }
}

static void
fill_in (char **text)
{
  if (*text == NULL)
    *text = g_strdup ("");
}

SfPictureRecord *
sf_picture_record_read (const char *path, GError **error)
{
  g_autoptr (SfPictureRecord) self = g_new0 (SfPictureRecord, 1);
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);

  self->path = g_strdup (path);
  if (fd < 0)
    {
      int saved_errno = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno), _ ("read %s: %s"), path,
                   g_strerror (saved_errno));
      return NULL;
    }

  gboolean read = read_file (self, fd, error);
  close (fd);
  if (!read)
    return NULL;
  read_settings (self);
  fill_in (&self->model);
  fill_in (&self->prompt);
  fill_in (&self->negative);
  fill_in (&self->infotext);
  return g_steal_pointer (&self);
}

void
sf_picture_record_free (SfPictureRecord *self)
{
  if (self == NULL)
    return;

  g_free (self->path);
  g_free (self->fingerprint);
  g_free (self->model);
  g_free (self->prompt);
  g_free (self->negative);
  g_free (self->infotext);
  g_free (self);
}
