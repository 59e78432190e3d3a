/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-model-folder.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/sf-file.h"
#include "formats/sf-foreign-json.h"

#define INDEX_FILE "model_index.json"
#define MAX_FILES 256

static const struct
{
  const char *folder;
  const char *safetensors_stem;
  const char *pickle_stem;
} PARTS[SF_MODEL_FOLDER_N_PARTS] = {
  [SF_MODEL_FOLDER_UNET] = { "unet", "diffusion_pytorch_model", "diffusion_pytorch_model" },
  [SF_MODEL_FOLDER_VAE] = { "vae", "diffusion_pytorch_model", "diffusion_pytorch_model" },
  [SF_MODEL_FOLDER_TEXT_ENCODER] = { "text_encoder", "model", "pytorch_model" },
};

/* What may follow a stem, best first. */
static const struct
{
  const char *ending;
  gboolean is_pickle;
  gboolean is_index;
} ENDINGS[] = {
  { ".safetensors", FALSE, FALSE },
  { ".safetensors.index.json", FALSE, TRUE },
  { ".fp16.safetensors", FALSE, FALSE },
  { ".fp16.safetensors.index.json", FALSE, TRUE },
  { ".safetensors.index.fp16.json", FALSE, TRUE },
  { ".bin", TRUE, FALSE },
  { ".bin.index.json", TRUE, TRUE },
  { ".fp16.bin", TRUE, FALSE },
};

gboolean
sf_model_folder_is (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_DIR);
}

static JsonObject *
load_object (const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = sf_file_map (path, error);
  g_autofree char *text = NULL;
  JsonObject *object = NULL;

  if (file == NULL)
    return NULL;
  if (g_mapped_file_get_length (file) <= SF_FOREIGN_JSON_MAX_BYTES)
    {
      text = g_strndup (g_mapped_file_get_contents (file), g_mapped_file_get_length (file));
      object = sf_foreign_json_read (text);
    }
  if (object == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("open %s: it is not a JSON object"),
                 path);
  return object;
}

static char *
read_setting (const char *path, const char *folder, const char *file, const char *member)
{
  g_autofree char *file_path = g_build_filename (path, folder, file, NULL);
  g_autoptr (JsonObject) object = load_object (file_path, NULL);

  return object != NULL ? g_strdup (sf_foreign_json_get_string (object, member)) : NULL;
}

static gboolean
is_plain_name (const char *name)
{
  return *name != '\0' && *name != '.' && strchr (name, '/') == NULL;
}

/* The files that an index names, each once. */
static gboolean
list_pieces (const char *folder, const char *index_path, GPtrArray *files, GError **error)
{
  g_autoptr (JsonObject) index = load_object (index_path, error);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  JsonObject *map = NULL;
  JsonObjectIter iter;
  const char *name = NULL;
  JsonNode *node = NULL;

  if (index == NULL)
    return FALSE;
  map = sf_foreign_json_get_object (index, "weight_map");
  if (map == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("open %s: it has no weight_map"),
                   index_path);
      return FALSE;
    }
  json_object_iter_init (&iter, map);
  while (json_object_iter_next (&iter, &name, &node))
    {
      const char *piece = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

      if (piece == NULL || !is_plain_name (piece) || g_hash_table_size (seen) > MAX_FILES)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("open %s: its weight_map does not name files beside it"), index_path);
          return FALSE;
        }
      if (g_hash_table_add (seen, (gpointer) piece))
        g_ptr_array_add (files, g_build_filename (folder, piece, NULL));
    }
  return TRUE;
}

GPtrArray *
sf_model_folder_list_files (const char *path, SfModelFolderPart part, GError **error)
{
  g_autofree char *index_path = g_build_filename (path, INDEX_FILE, NULL);
  g_autofree char *folder = g_build_filename (path, PARTS[part].folder, NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);

  if (!g_file_test (index_path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _ ("open %s: it is a folder without %s, which models of diffusers have"), path,
                   INDEX_FILE);
      return NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (ENDINGS); i++)
    {
      g_autofree char *name = g_strconcat (ENDINGS[i].is_pickle ? PARTS[part].pickle_stem
                                                                : PARTS[part].safetensors_stem,
                                           ENDINGS[i].ending, NULL);
      g_autofree char *file = g_build_filename (folder, name, NULL);

      if (!g_file_test (file, G_FILE_TEST_IS_REGULAR))
        continue;
      if (!ENDINGS[i].is_index)
        g_ptr_array_add (files, g_steal_pointer (&file));
      else if (!list_pieces (folder, file, files, error))
        return NULL;
      break;
    }
  return g_steal_pointer (&files);
}

char *
sf_model_folder_get_prediction_type (const char *path)
{
  return read_setting (path, "scheduler", "scheduler_config.json", "prediction_type");
}

char *
sf_model_folder_get_activation (const char *path)
{
  return read_setting (path, "text_encoder", "config.json", "hidden_act");
}
