/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* renameat2 */
#include "engine/sf-picture.h"

#include "base/sf-file.h"
#include "base/sf-folder.h"
#include "formats/sf-picture-infotext.h"
#include "formats/sf-png.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define PARAMETERS_KEY "parameters"
#define CHANNELS 3
#define NUMBER "[number]" /* in names of files */

SfPicture *
sf_picture_new (guint width, guint height, GBytes *rgb)
{
  SfPicture *self;

  g_return_val_if_fail (g_bytes_get_size (rgb) == (gsize) width * height * CHANNELS, NULL);

  self = g_atomic_rc_box_new0 (SfPicture);
  self->width = width;
  self->height = height;
  self->rgb = g_bytes_ref (rgb);

  return self;
}

SfPicture *
sf_picture_ref (SfPicture *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_picture (gpointer data)
{
  SfPicture *self = data;

  g_bytes_unref (self->rgb);
  g_free (self->infotext);
  g_clear_pointer (&self->latent, sf_array_unref);
  g_clear_pointer (&self->image, sf_array_unref);
}

void
sf_picture_unref (SfPicture *self)
{
  g_atomic_rc_box_release_full (self, clear_picture);
}

gboolean
sf_picture_save (const SfPicture *self, const char *path, GError **error)
{
  char key[] = PARAMETERS_KEY;
  const SfPngText text = { key, self->infotext };

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  return sf_png_save (path, self->width, self->height, g_bytes_get_data (self->rgb, NULL), &text,
                      self->infotext != NULL && !self->is_private ? 1 : 0, error);
}

/* One more than the greatest number that file names in the folder have between two texts. */
static guint64
find_free_number (const char *folder, const char *before, const char *behind)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint64 greatest = 0;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      const char *digits = name + strlen (before);
      char *end;

      if (!g_str_has_prefix (name, before) || !g_ascii_isdigit (*digits))
        continue;

      const guint64 number = g_ascii_strtoull (digits, &end, 10);
      if (number > greatest && number < G_MAXUINT32 && (*end == *behind || *end == '.'))
        greatest = number;
    }

  return greatest + 1;
}

/* Gives the file at @from a name that nobody has. Where a file system cannot do that in one step,
 * it is looked for one before. */
static gboolean
rename_to_free (const char *from, const char *to)
{
  if (renameat2 (AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
    return TRUE;
  if (errno != EINVAL && errno != ENOSYS)
    return FALSE;
  if (g_file_test (to, G_FILE_TEST_EXISTS))
    {
      errno = EEXIST;
      return FALSE;
    }
  return g_rename (from, to) == 0;
}

static char *
make_name (const char *before, guint64 number, const char *behind)
{
  return g_strdup_printf ("%s%05" G_GUINT64_FORMAT "%s.png", before, number, behind);
}

static char *
take_name (const char *temporary, const char *folder, const char *pattern, GError **error)
{
  const char *place = strstr (pattern, NUMBER);
  const char *behind = place != NULL ? place + strlen (NUMBER) : "";
  g_autofree char *before = place != NULL ? g_strndup (pattern, (gsize) (place - pattern))
                                          : g_strconcat (pattern, "-", NULL);
  guint64 number = find_free_number (folder, before, behind);
  gboolean is_bare = place == NULL;

  while (TRUE)
    {
      g_autofree char *name = is_bare ? g_strconcat (pattern, ".png", NULL)
                                      : make_name (before, number, behind);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (rename_to_free (temporary, path))
        return g_steal_pointer (&path);
      if (errno != EEXIST)
        {
          const int saved_errno = errno;

          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno), _ ("save %s: %s"),
                       path, g_strerror (saved_errno));
          return NULL;
        }
      if (is_bare)
        is_bare = FALSE;
      else
        number++;
    }
}

char *
sf_picture_save_in_folder (const SfPicture *self, const char *folder, const char *name,
                           GError **error)
{
  g_autofree char *standard = g_strdup_printf (NUMBER "-%" G_GUINT64_FORMAT, self->seed);
  g_autofree char *random = g_uuid_string_random ();
  g_autofree char *hidden = g_strconcat (".sfumato-", random, NULL);
  g_autofree char *temporary = g_build_filename (folder, hidden, NULL);
  char *path;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (folder != NULL, NULL);

  if (!sf_folder_make (folder, 0777, error) || !sf_picture_save (self, temporary, error))
    return NULL;

  path = take_name (temporary, folder, name != NULL ? name : standard, error);
  if (path == NULL)
    g_unlink (temporary);
  else
    sf_file_sync_folder_of (path);

  return path;
}

char *
sf_picture_load_infotext (const char *path, GError **error)
{
  g_autoptr (SfPictureTexts) texts = NULL;
  char *infotext;

  g_return_val_if_fail (path != NULL, NULL);

  texts = sf_picture_texts_load (path, error);
  if (texts == NULL)
    return NULL;

  infotext = sf_picture_infotext_find (texts);
  if (infotext == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("%s does not say how it was made"),
                 path);

  return infotext;
}
