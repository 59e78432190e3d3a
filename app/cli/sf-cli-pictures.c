/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-cli-pictures.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".png"

static gboolean
check_writable (const char *folder, GError **error)
{
  if (g_access (folder, W_OK | X_OK) == 0)
    return TRUE;

  {
    const int saved_errno = errno;

    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                 "the folder %s cannot be written to: %s", folder, g_strerror (saved_errno));
  }
  return FALSE;
}

gboolean
sf_cli_make_folder (const char *path, GError **error)
{
  return sf_folder_make (path, 0777, error) && check_writable (path, error);
}

static gboolean
has_suffix (const char *path)
{
  const gsize length = strlen (path);

  return length > strlen (SUFFIX)
         && g_ascii_strcasecmp (path + length - strlen (SUFFIX), SUFFIX) == 0;
}

gboolean
sf_cli_pictures_init (SfCliPictures *self, const char *path, GError **error)
{
  g_autofree char *folder = NULL;

  *self = (SfCliPictures){
    .path = g_strdup (path),
    .is_folder = !has_suffix (path) || g_file_test (path, G_FILE_TEST_IS_DIR),
    .saved = g_ptr_array_new_with_free_func (g_free),
  };
  if (self->is_folder)
    return sf_cli_make_folder (path, error);

  folder = g_path_get_dirname (path);
  return check_writable (folder, error);
}

void
sf_cli_pictures_clear (SfCliPictures *self)
{
  g_free (self->path);
  g_clear_pointer (&self->saved, g_ptr_array_unref);
}

static char *
make_file_name (const SfCliPictures *self)
{
  const int stem = (int) (strlen (self->path) - strlen (SUFFIX));

  if (self->saved->len == 0)
    return g_strdup (self->path);

  return g_strdup_printf ("%.*s-%u%s", stem, self->path, self->saved->len + 1, self->path + stem);
}

gboolean
sf_cli_pictures_save (SfCliPictures *self, const SfPicture *picture, GError **error)
{
  g_autofree char *path = NULL;

  if (self->is_folder)
    path = sf_picture_save_in_folder (picture, self->path, NULL, error);
  else
    {
      path = make_file_name (self);
      if (!sf_picture_save (picture, path, error))
        return FALSE;
    }
  if (path == NULL)
    return FALSE;

  g_ptr_array_add (self->saved, g_steal_pointer (&path));
  return TRUE;
}

gboolean
sf_cli_save_arrays (GPtrArray *pictures, gsize offset, const char *path, GError **error)
{
  const SfArray *first = G_STRUCT_MEMBER (SfArray *, pictures->pdata[0], offset);
  g_autoptr (SfArray) all = NULL;
  gsize dims[SF_ARRAY_MAX_DIMS];

  memcpy (dims, first->dims, sizeof dims);
  dims[0] = pictures->len;
  all = sf_array_new (first->n_dims, dims);
  for (guint i = 0; i < pictures->len; i++)
    {
      const SfArray *one = G_STRUCT_MEMBER (SfArray *, pictures->pdata[i], offset);

      memcpy (all->data + i * one->n_values, one->data, one->n_values * sizeof (float));
    }

  return sf_npy_save (all, path, error);
}
