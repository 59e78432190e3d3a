/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-trash.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define INFO_SUFFIX ".trashinfo"
#define INFO_GROUP "Trash Info"
#define INFO_MAX_BYTES 65536

gboolean
sf_trash_put (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return g_file_trash (file, NULL, error);
}

/* The uppermost folder of the file system that a path is on. */
static char *
find_top (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat info;

  if (stat (folder, &info) != 0)
    return g_steal_pointer (&folder);
  while (!g_str_equal (folder, G_DIR_SEPARATOR_S))
    {
      g_autofree char *parent = g_path_get_dirname (folder);
      struct stat parent_info;

      if (stat (parent, &parent_info) != 0 || parent_info.st_dev != info.st_dev)
        break;
      g_free (folder);
      folder = g_steal_pointer (&parent);
    }
  return g_steal_pointer (&folder);
}

/* Where the file of @info came from, absolute; NULL for no such information. */
static char *
read_info (const char *info, const char *top, char **date)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  struct stat status;

  if (stat (info, &status) != 0 || status.st_size > INFO_MAX_BYTES
      || !g_key_file_load_from_file (keys, info, G_KEY_FILE_NONE, NULL))
    return NULL;

  g_autofree char *escaped = g_key_file_get_string (keys, INFO_GROUP, "Path", NULL);
  g_autofree char *path = escaped != NULL ? g_uri_unescape_string (escaped, NULL) : NULL;
  *date = g_key_file_get_string (keys, INFO_GROUP, "DeletionDate", NULL);
  if (path == NULL || g_path_is_absolute (path))
    return g_steal_pointer (&path);
  return g_build_filename (top, path, NULL);
}

typedef struct
{
  char *info;
  char *file;
  char *date;
} Trashed;

static void
trashed_clear (Trashed *self)
{
  g_clear_pointer (&self->info, g_free);
  g_clear_pointer (&self->file, g_free);
  g_clear_pointer (&self->date, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trashed, trashed_clear)

/* Later than what was found so far: by its date, which has seconds only, then by the name that a
 * second file of the same name is given. */
static gboolean
is_later (const Trashed *found, const char *date, const char *info)
{
  int order = g_strcmp0 (date, found->date);

  return found->info == NULL || order > 0 || (order == 0 && strlen (info) >= strlen (found->info));
}

/* Looks for @path in one Trash. */
static void
look_in (const char *trash, const char *top, const char *path, Trashed *found)
{
  g_autofree char *infos = g_build_filename (trash, "info", NULL);
  g_autoptr (GDir) dir = g_dir_open (infos, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *info = g_build_filename (infos, name, NULL);
      g_autofree char *date = NULL;
      g_autofree char *from = g_str_has_suffix (name, INFO_SUFFIX) ? read_info (info, top, &date)
                                                                   : NULL;

      if (g_strcmp0 (from, path) != 0 || !is_later (found, date, info))
        continue;
      g_autofree char *bare = g_strndup (name, strlen (name) - strlen (INFO_SUFFIX));
      trashed_clear (found);
      found->file = g_build_filename (trash, "files", bare, NULL);
      found->info = g_steal_pointer (&info);
      found->date = g_steal_pointer (&date);
    }
}

gboolean
sf_trash_restore (const char *path, GError **error)
{
  g_auto (Trashed) found = { NULL };
  g_autofree char *top = find_top (path);
  g_autofree char *user = g_strdup_printf ("%u", getuid ());
  g_autofree char *hidden = g_strdup_printf (".Trash-%u", getuid ());
  g_autofree char *home = g_build_filename (g_get_user_data_dir (), "Trash", NULL);
  g_autofree char *shared = g_build_filename (top, ".Trash", user, NULL);
  g_autofree char *own = g_build_filename (top, hidden, NULL);

  look_in (home, G_DIR_SEPARATOR_S, path, &found);
  look_in (shared, top, path, &found);
  look_in (own, top, path, &found);
  if (found.file == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _ ("bring back %s: it is not in the Trash"), path);
      return FALSE;
    }

  g_autoptr (GFile) from = g_file_new_for_path (found.file);
  g_autoptr (GFile) to = g_file_new_for_path (path);
  g_autofree char *folder = g_path_get_dirname (path);
  g_mkdir_with_parents (folder, 0777);
  if (!g_file_move (from, to, G_FILE_COPY_NOFOLLOW_SYMLINKS, NULL, NULL, NULL, error))
    {
      g_prefix_error (error, _ ("bring back %s: "), path);
      return FALSE;
    }
  g_unlink (found.info);
  return TRUE;
}
