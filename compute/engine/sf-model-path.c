/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-model-path.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "formats/sf-model-folder.h"

#define STARTER_FILE "starter.safetensors"
#define TAESD_SUFFIX ".taesd.safetensors"
#define MOST_FOLDERS_UP 3

static gboolean
is_file (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static char *
find_in_data_dir (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, STARTER_FILE, NULL);

  if (is_file (path))
    return g_steal_pointer (&path);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _ ("the starter model is not at %s, where SFUMATO_DATA_DIR says"), path);
  return NULL;
}

static char *
find_near_program (GError **error)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", error);
  g_autofree char *folder = NULL;

  if (program == NULL)
    {
      g_prefix_error (error, _ ("find the folder of the running program: "));
      return NULL;
    }

  folder = g_path_get_dirname (program);
  for (guint up = 0; up <= MOST_FOLDERS_UP; up++)
    {
      g_autofree char *installed = g_build_filename (folder, "share", "sfumato", STARTER_FILE,
                                                     NULL);
      g_autofree char *source = g_build_filename (folder, "data", "starter-model", STARTER_FILE,
                                                  NULL);
      char *parent;

      if (is_file (installed))
        return g_steal_pointer (&installed);
      if (is_file (source))
        return g_steal_pointer (&source);

      parent = g_path_get_dirname (folder);
      g_free (folder);
      folder = parent;
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _ ("the starter model is not installed: there is no share/sfumato/%s near %s"),
               STARTER_FILE, program);
  return NULL;
}

GPtrArray *
sf_model_path_list_files (const char *path, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);

  if (!sf_model_folder_is (path))
    {
      g_ptr_array_add (files, g_strdup (path));
      return g_steal_pointer (&files);
    }
  for (guint part = 0; part < SF_MODEL_FOLDER_N_PARTS; part++)
    {
      GPtrArray *of_part = sf_model_folder_list_files (path, part, error);

      if (of_part == NULL)
        return NULL;
      g_ptr_array_extend_and_steal (files, of_part);
    }
  return g_steal_pointer (&files);
}

char *
sf_model_path_find (const char *model, GError **error)
{
  const char *data_dir = g_getenv ("SFUMATO_DATA_DIR");
  g_autoptr (GPtrArray) files = NULL;

  if (model == NULL || g_str_equal (model, SF_STARTER_MODEL))
    return data_dir != NULL && *data_dir != '\0' ? find_in_data_dir (data_dir, error)
                                                 : find_near_program (error);

  if (!g_file_test (model, G_FILE_TEST_EXISTS))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("there is no model file %s"), model);
  else if (!is_file (model) && !sf_model_folder_is (model))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                 _ ("the model %s is neither a file nor a folder"), model);
  else
    files = sf_model_path_list_files (model, error);

  return files != NULL ? g_strdup (model) : NULL;
}

char *
sf_model_path_get_name (const char *path)
{
  char *name = g_path_get_basename (path);
  char *dot = sf_model_folder_is (path) ? NULL : strrchr (name, '.');

  if (dot != NULL && dot != name)
    *dot = '\0';

  return name;
}

char *
sf_model_path_find_taesd (const char *path)
{
  const char *suffix = strrchr (path, '.');
  const char *folder_end = strrchr (path, G_DIR_SEPARATOR);
  g_autofree char *found = NULL;

  if (suffix == NULL || (folder_end != NULL && suffix < folder_end))
    return NULL;

  found = g_strdup_printf ("%.*s" TAESD_SUFFIX, (int) (suffix - path), path);
  return is_file (found) ? g_steal_pointer (&found) : NULL;
}
