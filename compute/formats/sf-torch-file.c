/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-torch-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "formats/sf-torch-tensors.h"
#include "formats/sf-zip.h"

#define ZIP_MAGIC "PK\x03\x04"
#define ZIP_MAGIC_BYTES 4
#define PICKLE_MAGIC "\x80"
#define PICKLE_MAGIC_BYTES 1
#define COUNT_BYTES 8 /* in front of a storage in old files */
#define MAX_KEY_BYTES 256
#define MAX_STORAGES 100000

/* 0x1950a86a20f9469cfc6c, with which old files begin, and the protocol that follows it. */
static const guint8 LEGACY_MAGIC[] = { 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19 };
#define LEGACY_PROTOCOL 1001

gboolean
sf_torch_file_is (const guint8 *bytes, gsize n_bytes)
{
  return (n_bytes >= ZIP_MAGIC_BYTES && memcmp (bytes, ZIP_MAGIC, ZIP_MAGIC_BYTES) == 0)
         || (n_bytes >= PICKLE_MAGIC_BYTES
             && memcmp (bytes, PICKLE_MAGIC, PICKLE_MAGIC_BYTES) == 0);
}

static gboolean
fail (GError **error, const char *reason)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, reason);
  return FALSE;
}

static gboolean
fail_big_endian (GError **error)
{
  return fail (error, _ ("its values are big-endian, which is not supported"));
}

/* What a persistent id says: ('storage', type, key, place, number of values[, None]). */
typedef struct
{
  SfDtype dtype;
  char *key;
  gsize n_values;
} StorageId;

static void
storage_id_free (StorageId *self)
{
  g_free (self->key);
  g_free (self);
}

static gboolean
read_storage_id (StorageId *id, const SfPickleValue *persistent, GError **error)
{
  const SfPickleValue *tuple = persistent->arguments;
  const SfPickleValue *class = sf_pickle_value_get (tuple, 1);
  const SfPickleValue *key = sf_pickle_value_get (tuple, 2);
  const SfPickleValue *count = sf_pickle_value_get (tuple, 4);
  const SfPickleValue *view = sf_pickle_value_get (tuple, 5);
  gsize n_bytes;

  if (!sf_pickle_value_is_text (sf_pickle_value_get (tuple, 0), "storage") || class == NULL
      || class->kind != SF_PICKLE_CLASS || key == NULL || key->kind != SF_PICKLE_TEXT
      || key->n_bytes > MAX_KEY_BYTES || count == NULL || count->kind != SF_PICKLE_INTEGER
      || count->integer < 0 || (view != NULL && view->kind != SF_PICKLE_NONE))
    return fail (error, _ ("it describes the place of values in a way that is not known"));
  if (!sf_torch_storage_dtype (class->text, &id->dtype))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _ ("it holds values of type %s, which is not supported"), class->text);
      return FALSE;
    }
  if (!sf_dtype_bytes_of (id->dtype, (gsize) count->integer, &n_bytes))
    return fail (error, _ ("it announces more values than a file can hold"));
  id->key = g_strndup (key->text, key->n_bytes);
  id->n_values = (gsize) count->integer;
  return TRUE;
}

/* Every id in @pickle, in its order. */
static GPtrArray *
list_ids (const SfPickle *pickle, GError **error)
{
  const GPtrArray *persistents = sf_pickle_get_persistents (pickle);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func ((GDestroyNotify) storage_id_free);

  if (persistents->len > MAX_STORAGES)
    {
      fail (error, _ ("it refers to values more often than any model"));
      return NULL;
    }
  for (guint i = 0; i < persistents->len; i++)
    {
      g_ptr_array_add (ids, g_new0 (StorageId, 1));
      if (!read_storage_id (g_ptr_array_index (ids, i), g_ptr_array_index (persistents, i), error))
        return NULL;
    }
  return g_steal_pointer (&ids);
}

static void
add_storage (GHashTable *storages, const SfPickleValue *persistent, const StorageId *id,
             const guint8 *data)
{
  SfTorchStorage *storage = g_new (SfTorchStorage, 1);

  *storage = (SfTorchStorage){ id->dtype, id->n_values, data };
  g_hash_table_insert (storages, (gpointer) persistent, storage);
}

/* ZIP */

static gboolean
find_zip_storages (const SfZip *zip, const char *folder, const SfPickle *pickle,
                   GHashTable *storages, GError **error)
{
  const GPtrArray *persistents = sf_pickle_get_persistents (pickle);
  g_autoptr (GPtrArray) ids = list_ids (pickle, error);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      const StorageId *id = g_ptr_array_index (ids, i);
      g_autofree char *name = g_strconcat (folder, "/data/", id->key, NULL);
      gsize n_bytes = 0;
      const guint8 *data = sf_zip_find (zip, name, &n_bytes);

      if (data == NULL || n_bytes / sf_dtype_block_bytes (id->dtype) < id->n_values)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("its entry %s is missing or too short"), name);
          return FALSE;
        }
      add_storage (storages, g_ptr_array_index (persistents, i), id, data);
    }
  return TRUE;
}

static gboolean
read_zip (const guint8 *bytes, gsize n_bytes, SfTensorList *list, GError **error)
{
  g_autoptr (SfZip) zip = sf_zip_open (bytes, n_bytes, error);
  g_autoptr (GHashTable) storages = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr (SfPickle) pickle = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *order_name = NULL;
  const char *name = NULL;
  const guint8 *data = NULL;
  gsize data_bytes = 0, n_read = 0;

  if (zip == NULL)
    return FALSE;
  name = sf_zip_find_by_end (zip, "/data.pkl");
  if (name == NULL)
    return fail (error, _ ("it is a ZIP archive without one data.pkl, which PyTorch's files have"));
  folder = g_path_get_dirname (name);
  order_name = g_strconcat (folder, "/byteorder", NULL);
  data = sf_zip_find (zip, order_name, &data_bytes);
  if (data != NULL && (data_bytes != strlen ("little") || memcmp (data, "little", data_bytes) != 0))
    return fail_big_endian (error);

  data = sf_zip_find (zip, name, &data_bytes);
  pickle = sf_pickle_read (data, data_bytes, &n_read, error);
  return pickle != NULL && find_zip_storages (zip, folder, pickle, storages, error)
         && sf_torch_tensors_list (pickle, storages, list, error);
}

/* Before PyTorch 1.6 */

typedef struct
{
  const guint8 *at;
  const guint8 *end;
} Rest;

static SfPickle *
take_pickle (Rest *rest, GError **error)
{
  gsize n_read = 0;
  SfPickle *pickle = sf_pickle_read (rest->at, (gsize) (rest->end - rest->at), &n_read, error);

  rest->at += n_read;
  return pickle;
}

static gboolean
take_legacy_header (Rest *rest, GError **error)
{
  g_autoptr (SfPickle) magic = take_pickle (rest, error);
  g_autoptr (SfPickle) protocol = NULL;
  g_autoptr (SfPickle) system = NULL;
  const SfPickleValue *value = NULL;

  if (magic == NULL)
    return FALSE;
  value = sf_pickle_get_root (magic);
  if (value->kind != SF_PICKLE_BYTES || value->n_bytes != sizeof LEGACY_MAGIC
      || memcmp (value->text, LEGACY_MAGIC, sizeof LEGACY_MAGIC) != 0)
    return fail (error, _ ("it is a Python pickle, but not one that PyTorch wrote"));

  protocol = take_pickle (rest, error);
  if (protocol == NULL)
    return FALSE;
  value = sf_pickle_get_root (protocol);
  if (value->kind != SF_PICKLE_INTEGER || value->integer != LEGACY_PROTOCOL)
    return fail (error, _ ("it is of a version of PyTorch's files that is not known"));

  system = take_pickle (rest, error);
  if (system == NULL)
    return FALSE;
  value = sf_pickle_value_find (sf_pickle_get_root (system), "little_endian");
  if (value == NULL || value->kind != SF_PICKLE_BOOL || value->integer == 0)
    return fail_big_endian (error);
  return TRUE;
}

/* Takes the storages in the order in which @keys lists them, into @stored: key → SfTorchStorage.
 * Their types are those that the pickle tells in @ids: key → StorageId. */
static gboolean
take_legacy_storages (Rest *rest, const SfPickleValue *keys, GHashTable *ids, GHashTable *stored,
                      GError **error)
{
  for (guint i = 0; sf_pickle_value_get (keys, i) != NULL; i++)
    {
      const SfPickleValue *key = sf_pickle_value_get (keys, i);
      g_autofree char *name = key->kind == SF_PICKLE_TEXT && key->n_bytes <= MAX_KEY_BYTES
                                  ? g_strndup (key->text, key->n_bytes)
                                  : NULL;
      const StorageId *id = name != NULL ? g_hash_table_lookup (ids, name) : NULL;
      SfTorchStorage *storage = NULL;
      guint64 n_values;
      gsize n_bytes;

      if (id == NULL)
        return fail (error, _ ("it holds values that no tensor refers to"));
      if (rest->end - rest->at < COUNT_BYTES)
        return fail (error, _ ("it is cut short"));
      memcpy (&n_values, rest->at, COUNT_BYTES);
      n_values = GUINT64_FROM_LE (n_values);
      rest->at += COUNT_BYTES;
      if (!sf_dtype_bytes_of (id->dtype, n_values, &n_bytes)
          || n_bytes > (gsize) (rest->end - rest->at))
        return fail (error, _ ("it is cut short"));
      storage = g_new (SfTorchStorage, 1);
      *storage = (SfTorchStorage){ id->dtype, n_values, rest->at };
      g_hash_table_insert (stored, g_steal_pointer (&name), storage);
      rest->at += n_bytes;
    }
  return TRUE;
}

static gboolean
find_legacy_storages (Rest *rest, const SfPickle *pickle, const SfPickleValue *keys,
                      GHashTable *storages, GError **error)
{
  const GPtrArray *persistents = sf_pickle_get_persistents (pickle);
  g_autoptr (GPtrArray) ids = list_ids (pickle, error);
  g_autoptr (GHashTable) ids_by_key = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) stored = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      StorageId *id = g_ptr_array_index (ids, i);

      g_hash_table_insert (ids_by_key, id->key, id);
    }
  if (!take_legacy_storages (rest, keys, ids_by_key, stored, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      const StorageId *id = g_ptr_array_index (ids, i);
      const SfTorchStorage *storage = g_hash_table_lookup (stored, id->key);

      if (storage == NULL || storage->dtype != id->dtype || storage->n_values < id->n_values)
        return fail (error, _ ("it lacks values that its tensors refer to"));
      add_storage (storages, g_ptr_array_index (persistents, i), id, storage->data);
    }
  return TRUE;
}

static gboolean
read_legacy (const guint8 *bytes, gsize n_bytes, SfTensorList *list, GError **error)
{
  g_autoptr (GHashTable) storages = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr (SfPickle) pickle = NULL;
  g_autoptr (SfPickle) keys = NULL;
  Rest rest = { bytes, bytes + n_bytes };

  if (!take_legacy_header (&rest, error))
    return FALSE;
  pickle = take_pickle (&rest, error);
  if (pickle == NULL)
    return FALSE;
  keys = take_pickle (&rest, error);
  return keys != NULL
         && find_legacy_storages (&rest, pickle, sf_pickle_get_root (keys), storages, error)
         && sf_torch_tensors_list (pickle, storages, list, error);
}

gboolean
sf_torch_file_read (const guint8 *bytes, gsize n_bytes, SfTensorList *list, GError **error)
{
  g_return_val_if_fail (bytes != NULL && list != NULL, FALSE);

  return n_bytes >= ZIP_MAGIC_BYTES && memcmp (bytes, ZIP_MAGIC, ZIP_MAGIC_BYTES) == 0
             ? read_zip (bytes, n_bytes, list, error)
             : read_legacy (bytes, n_bytes, list, error);
}
