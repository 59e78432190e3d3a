/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/sf-embedding-folder.h"

#include "engine/sf-model-path.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_DEPTH 8

struct _SfEmbeddingFolder
{
  GHashTable *paths;  /* by name */
  GHashTable *loaded; /* SfTextualInversion by name */
  GPtrArray *names;   /* owned by paths; NULL-terminated */
  guint n_seen;       /* files and folders of any kind */
};

static gboolean
is_embedding (const char *name)
{
  const char *const suffixes[] = { ".pt", ".bin", ".safetensors", ".png" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (name, suffixes[i]))
      return TRUE;

  return FALSE;
}

static void
add_file (SfEmbeddingFolder *self, const char *path)
{
  g_autofree char *name = sf_model_path_get_name (path);

  if (!g_hash_table_contains (self->paths, name))
    g_hash_table_insert (self->paths, g_steal_pointer (&name), g_strdup (path));
}

/* Folders that cannot be read are as if they were empty, but for the first. */
static gboolean
add_folder (SfEmbeddingFolder *self, const char *path, guint depth, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, error);
  const char *name;

  if (folder == NULL)
    return FALSE;

  while ((name = g_dir_read_name (folder)) != NULL
         && self->n_seen++ < SF_EMBEDDING_FOLDER_MAX_FILES)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (is_embedding (name))
        add_file (self, child);
      else if (depth < MAX_DEPTH && g_file_test (child, G_FILE_TEST_IS_DIR))
        add_folder (self, child, depth + 1, NULL);
    }

  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

SfEmbeddingFolder *
sf_embedding_folder_open (const char *path, GError **error)
{
  g_autoptr (SfEmbeddingFolder) self = g_new0 (SfEmbeddingFolder, 1);
  GHashTableIter iter;
  gpointer name;

  g_return_val_if_fail (path != NULL, NULL);

  self->paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->loaded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify) sf_textual_inversion_free);
  self->names = g_ptr_array_new ();
  if (!add_folder (self, path, 0, error))
    {
      g_prefix_error (error, _ ("the folder of embeddings cannot be read: "));
      return NULL;
    }

  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (self->names, name);
  g_ptr_array_sort (self->names, compare_names);
  g_ptr_array_add (self->names, NULL);

  return g_steal_pointer (&self);
}

void
sf_embedding_folder_free (SfEmbeddingFolder *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->names);
  g_hash_table_unref (self->loaded);
  g_hash_table_unref (self->paths);
  g_free (self);
}

const char *const *
sf_embedding_folder_get_names (const SfEmbeddingFolder *self)
{
  return (const char *const *) self->names->pdata;
}

const char *
sf_embedding_folder_get_path (const SfEmbeddingFolder *self, const char *name)
{
  return g_hash_table_lookup (self->paths, name);
}

const SfArray *
sf_embedding_folder_find (SfEmbeddingFolder *self, const char *name, gsize width, GError **error)
{
  SfTextualInversion *embedding = g_hash_table_lookup (self->loaded, name);
  const char *path = sf_embedding_folder_get_path (self, name);
  const SfArray *vectors;

  g_return_val_if_fail (path != NULL, NULL);

  if (embedding == NULL)
    {
      embedding = sf_textual_inversion_load (path, error);
      if (embedding == NULL)
        return NULL;
      g_hash_table_insert (self->loaded, g_strdup (name), embedding);
    }

  vectors = sf_textual_inversion_get_vectors (embedding, width);
  if (vectors == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 _ ("the embedding “%s” was trained for another kind of model"), name);

  return vectors;
}
