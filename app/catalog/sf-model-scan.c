/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-model-scan.h"

#include "sf-model-layout.h"

#include <sys/stat.h>

#define MAX_DEPTH 12
#define MAX_MODELS 10000
#define MAX_ENTRIES 200000

#define INDEX_FILE "model_index.json"

typedef struct
{
  GHashTable *known;
  GHashTable *seen; /* "device:inode" of files and folders */
  guint n_entries;
  SfModelScan *found;
  GCancellable *cancellable;
} Search;

/* FALSE the second time, by whatever name. */
static gboolean
see (Search *search, const struct stat *info)
{
  return g_hash_table_add (search->seen,
                           g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
                                            (guint64) info->st_dev, (guint64) info->st_ino));
}

/* NULL unless the file is still as it was. */
static SfModelRecord *
find_known (Search *search, const char *key)
{
  SfModelRecord *record = search->known != NULL ? g_hash_table_lookup (search->known, key) : NULL;
  gint64 n_bytes, modified;

  if (record == NULL || !sf_model_record_read_stamp (record->path, &n_bytes, &modified)
      || record->stamp_bytes != n_bytes || record->stamp_modified != modified)
    return NULL;
  return sf_model_record_ref (record);
}

static void
add_model (Search *search, const char *path, SfModelKind kind)
{
  SfModelRecord *record = find_known (search, path);

  if (record == NULL)
    record = sf_model_record_read (path, kind);
  if (record != NULL)
    g_ptr_array_add (search->found->records, record);
}

static void
add_starter (Search *search)
{
  SfModelRecord *record = find_known (search, "");

  if (record == NULL)
    record = sf_model_record_read_starter ();
  if (record != NULL)
    g_ptr_array_add (search->found->records, record);
}

static gboolean
is_model_folder (const char *path)
{
  g_autofree char *index = g_build_filename (path, INDEX_FILE, NULL);

  return g_file_test (index, G_FILE_TEST_IS_REGULAR);
}

static void look_at (Search *search, const char *path, SfModelKind kind, guint depth);

static void
look_into (Search *search, const char *folder, SfModelKind kind, guint depth)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL
         && !g_cancellable_is_cancelled (search->cancellable))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (++search->n_entries > MAX_ENTRIES || search->found->records->len >= MAX_MODELS)
        {
          search->found->is_complete = FALSE;
          return;
        }
      if (*name != '.')
        look_at (search, path, kind, depth);
    }
}

static void
look_at (Search *search, const char *path, SfModelKind kind, guint depth)
{
  g_autofree char *name = g_path_get_basename (path);
  struct stat info;

  if (stat (path, &info) != 0)
    return;
  if (S_ISREG (info.st_mode))
    {
      if (sf_model_layout_fits (name, kind) && see (search, &info))
        add_model (search, path, kind);
    }
  else if (S_ISDIR (info.st_mode) && see (search, &info))
    {
      SfModelKind own_kind = sf_model_layout_kind_of_folder (name);

      if (is_model_folder (path))
        add_model (search, path, SF_MODEL_KIND_CHECKPOINT);
      else if (depth < MAX_DEPTH)
        look_into (search, path, own_kind != SF_MODEL_KIND_UNKNOWN ? own_kind : kind, depth + 1);
      else
        search->found->is_complete = FALSE;
    }
}

static int
compare_records (gconstpointer a, gconstpointer b)
{
  return sf_model_record_compare (*(SfModelRecord *const *) a, *(SfModelRecord *const *) b);
}

SfModelScan *
sf_model_scan (const char *const *places, GHashTable *known, GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GStrvBuilder) roots = g_strv_builder_new ();
  g_autoptr (SfModelScan) self = g_new0 (SfModelScan, 1);
  Search search = { .known = known, .found = self, .cancellable = cancellable };

  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_model_record_unref);
  self->is_complete = TRUE;
  search.seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  add_starter (&search);

  for (guint i = 0; places[i] != NULL; i++)
    {
      g_auto (GStrv) of_place = sf_model_layout_list_roots (places[i]);

      g_strv_builder_addv (roots, (const char **) of_place);
      for (guint j = 0; of_place[j] != NULL; j++)
        look_at (&search, of_place[j], SF_MODEL_KIND_UNKNOWN, 0);
    }
  g_hash_table_unref (search.seen);
  self->roots = g_strv_builder_end (roots);
  g_ptr_array_sort (self->records, compare_records);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
sf_model_scan_free (SfModelScan *self)
{
  g_ptr_array_unref (self->records);
  g_strfreev (self->roots);
  g_free (self);
}
