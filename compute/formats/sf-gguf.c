/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-gguf.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAGIC "GGUF"
#define MAGIC_BYTES 4
#define DEFAULT_ALIGNMENT 32
#define MAX_ALIGNMENT 65536
#define ALIGNMENT_KEY "general.alignment"
#define SHAPE_PREFIX "comfy.gguf.orig_shape."
#define LEAST_ENTRY_BYTES 12 /* of a setting or a tensor: a name's length and a type */

enum
{
  TYPE_U32 = 4,
  TYPE_I32 = 5,
  TYPE_STRING = 8,
  TYPE_ARRAY = 9,
  TYPE_U64 = 10,
  TYPE_I64 = 11,
};

/* By the number of the type; strings and arrays have sizes of their own. */
static const guint8 VALUE_BYTES[] = { 1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8 };

typedef struct
{
  const guint8 *begin;
  const guint8 *at;
  const guint8 *end;
  SfTensorList *list;
  GHashTable *metadata;
  GHashTable *shapes; /* name of a tensor → Shape */
  guint64 alignment;
} Reader;

typedef struct
{
  guint n_dims;
  gsize dims[SF_TENSOR_MAX_DIMS];
} Shape;

/* Where the format says that a tensor lies. */
typedef struct
{
  char *name;
  SfTensorInfo info;
  guint64 offset;
} Entry;

static void
clear_entry (gpointer entry)
{
  g_free (((Entry *) entry)->name);
}

gboolean
sf_gguf_is (const guint8 *bytes, gsize n_bytes)
{
  return n_bytes >= MAGIC_BYTES && memcmp (bytes, MAGIC, MAGIC_BYTES) == 0;
}

static gboolean
fail (GError **error, const char *reason)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, reason);
  return FALSE;
}

static gboolean
fail_cut_short (GError **error)
{
  return fail (error, _ ("it is cut short, or its header is damaged"));
}

static gboolean
take (Reader *self, guint n_bytes, guint64 *number)
{
  *number = 0;
  if ((gsize) (self->end - self->at) < n_bytes)
    return FALSE;
  for (guint i = 0; i < n_bytes; i++)
    *number |= (guint64) self->at[i] << (8 * i);
  self->at += n_bytes;
  return TRUE;
}

static gboolean
skip (Reader *self, guint64 n_bytes)
{
  if (n_bytes > (guint64) (self->end - self->at))
    return FALSE;
  self->at += n_bytes;
  return TRUE;
}

/* The bytes of a string, in the file. */
static gboolean
take_string (Reader *self, const char **text, gsize *n_bytes)
{
  guint64 length;

  if (!take (self, 8, &length))
    return FALSE;
  *text = (const char *) self->at;
  *n_bytes = length;
  return skip (self, length);
}

static char *
take_name (Reader *self, GError **error)
{
  const char *text = NULL;
  gsize n_bytes = 0;

  if (!take_string (self, &text, &n_bytes))
    fail_cut_short (error);
  else if (n_bytes == 0 || n_bytes > SF_GGUF_MAX_NAME_BYTES
           || !g_utf8_validate_len (text, n_bytes, NULL))
    fail (error, _ ("a name in it is too long or not UTF-8 text"));
  else
    return g_strndup (text, n_bytes);
  return NULL;
}

static gboolean
is_integer (guint64 type)
{
  return type == TYPE_U32 || type == TYPE_I32 || type == TYPE_U64 || type == TYPE_I64;
}

/* @count integers, the extents of the tensor that @key names. */
static gboolean
take_shape (Reader *self, const char *key, guint64 type, guint64 count, GError **error)
{
  Shape *shape = NULL;

  if (!is_integer (type) || count > SF_TENSOR_MAX_DIMS)
    return sf_tensor_info_refuse (key + strlen (SHAPE_PREFIX),
                                  _ ("has a shape that makes no sense"), error);
  shape = g_new0 (Shape, 1);
  shape->n_dims = (guint) count;
  g_hash_table_insert (self->shapes, g_strdup (key + strlen (SHAPE_PREFIX)), shape);
  for (guint i = 0; i < count; i++)
    {
      guint64 dim;

      if (!take (self, VALUE_BYTES[type], &dim))
        return fail_cut_short (error);
      shape->dims[i] = dim;
    }
  return TRUE;
}

static gboolean
take_array (Reader *self, const char *key, GError **error)
{
  guint64 type, count, n_bytes;
  const char *text = NULL;
  gsize length = 0;

  if (!take (self, 4, &type) || !take (self, 8, &count))
    return fail_cut_short (error);
  if (type >= G_N_ELEMENTS (VALUE_BYTES) || type == TYPE_ARRAY)
    return fail (error, _ ("it has settings of a type that is not known"));
  if (g_str_has_prefix (key, SHAPE_PREFIX))
    return take_shape (self, key, type, count, error);
  if (type != TYPE_STRING)
    return (g_uint64_checked_mul (&n_bytes, count, VALUE_BYTES[type]) && skip (self, n_bytes))
           || fail_cut_short (error);
  while (count-- > 0)
    {
      if (!take_string (self, &text, &length))
        return fail_cut_short (error);
    }
  return TRUE;
}

static gboolean
take_text (Reader *self, const char *key, GError **error)
{
  const char *text = NULL;
  gsize n_bytes = 0;

  if (!take_string (self, &text, &n_bytes))
    return fail_cut_short (error);
  if (g_utf8_validate_len (text, n_bytes, NULL))
    g_hash_table_insert (self->metadata, g_strdup (key), g_strndup (text, n_bytes));
  return TRUE;
}

static gboolean
take_setting (Reader *self, GError **error)
{
  g_autofree char *key = take_name (self, error);
  guint64 type, number;

  if (key == NULL)
    return FALSE;
  if (!take (self, 4, &type))
    return fail_cut_short (error);
  if (type >= G_N_ELEMENTS (VALUE_BYTES))
    return fail (error, _ ("it has settings of a type that is not known"));
  if (type == TYPE_ARRAY)
    return take_array (self, key, error);
  if (type == TYPE_STRING)
    return take_text (self, key, error);
  if (!take (self, VALUE_BYTES[type], &number))
    return fail_cut_short (error);
  if (g_str_equal (key, ALIGNMENT_KEY))
    {
      if (!is_integer (type) || number == 0 || number > MAX_ALIGNMENT)
        return fail (error, _ ("its values are aligned in a way that makes no sense"));
      self->alignment = number;
    }
  return TRUE;
}

static gboolean
find_dtype (guint64 type, SfDtype *dtype)
{
  static const struct
  {
    guint64 type;
    SfDtype dtype;
  } TYPES[] = {
    { 0, SF_DTYPE_F32 },   { 1, SF_DTYPE_F16 },   { 2, SF_DTYPE_Q4_0 },  { 3, SF_DTYPE_Q4_1 },
    { 6, SF_DTYPE_Q5_0 },  { 7, SF_DTYPE_Q5_1 },  { 8, SF_DTYPE_Q8_0 },  { 10, SF_DTYPE_Q2_K },
    { 11, SF_DTYPE_Q3_K }, { 12, SF_DTYPE_Q4_K }, { 13, SF_DTYPE_Q5_K }, { 14, SF_DTYPE_Q6_K },
    { 24, SF_DTYPE_I8 },   { 25, SF_DTYPE_I16 },  { 26, SF_DTYPE_I32 },  { 27, SF_DTYPE_I64 },
    { 28, SF_DTYPE_F64 },  { 30, SF_DTYPE_BF16 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (TYPES); i++)
    {
      if (TYPES[i].type == type)
        {
          *dtype = TYPES[i].dtype;
          return TRUE;
        }
    }
  return FALSE;
}

/* The extents that the tensor had before its rows were cut. */
static gboolean
restore_shape (const Reader *self, SfTensorInfo *tensor, const char *name, GError **error)
{
  const Shape *shape = g_hash_table_lookup (self->shapes, name);
  const gsize n_values = tensor->n_values;

  if (shape == NULL)
    return TRUE;
  tensor->n_dims = shape->n_dims;
  memcpy (tensor->dims, shape->dims, sizeof tensor->dims);
  return (sf_tensor_info_count_values (tensor) && tensor->n_values == n_values)
         || sf_tensor_info_refuse (name, _ ("has two shapes that do not agree"), error);
}

static gboolean
take_entry (Reader *self, Entry *entry, GError **error)
{
  SfTensorInfo *info = &entry->info;
  guint64 n_dims, type;

  entry->name = take_name (self, error);
  if (entry->name == NULL)
    return FALSE;
  if (!take (self, 4, &n_dims))
    return fail_cut_short (error);
  if (n_dims > SF_TENSOR_MAX_DIMS)
    return sf_tensor_info_refuse (entry->name, _ ("has more dimensions than any weight"), error);
  info->n_dims = (guint) n_dims;
  for (guint i = info->n_dims; i > 0; i--)
    {
      guint64 dim;

      if (!take (self, 8, &dim))
        return fail_cut_short (error);
      info->dims[i - 1] = dim;
    }
  if (!take (self, 4, &type) || !take (self, 8, &entry->offset))
    return fail_cut_short (error);
  if (!find_dtype (type, &info->dtype))
    {
      g_autofree char *reason =
          g_strdup_printf (_ ("is of the ggml type %u, which is not supported"), (guint) type);

      return sf_tensor_info_refuse (entry->name, reason, error);
    }
  if (!sf_tensor_info_count_values (info))
    return sf_tensor_info_refuse (entry->name, _ ("has a shape that is too large"), error);
  if (info->n_dims == 0 ? sf_dtype_block_values (info->dtype) > 1
                        : info->dims[info->n_dims - 1] % sf_dtype_block_values (info->dtype) != 0)
    return sf_tensor_info_refuse (entry->name, _ ("has rows that are no whole number of blocks"),
                                  error);
  if (!sf_dtype_bytes_of (info->dtype, info->n_values, &info->n_bytes))
    return sf_tensor_info_refuse (entry->name, _ ("has a shape that is too large"), error);
  return restore_shape (self, info, entry->name, error);
}

/* Adds the tensor if all of it is in the file. */
static gboolean
add_entry (Reader *self, Entry *entry, const guint8 *data, GError **error)
{
  const gsize data_bytes = (gsize) (self->end - data);

  if (sf_tensor_list_find (self->list, entry->name) != NULL)
    return sf_tensor_info_refuse (entry->name, _ ("is there twice"), error);
  if (entry->offset % self->alignment != 0)
    return sf_tensor_info_refuse (entry->name, _ ("has an offset that makes no sense"), error);
  if (entry->offset > data_bytes || entry->info.n_bytes > data_bytes - entry->offset)
    return sf_tensor_info_refuse (entry->name, _ ("reaches beyond the end of the file"), error);
  entry->info.data = data + entry->offset;
  sf_tensor_list_add (self->list, entry->name, &entry->info);
  return TRUE;
}

static gboolean
take_header (Reader *self, guint64 *n_tensors, guint64 *n_settings, GError **error)
{
  guint64 magic, version;

  if (!take (self, MAGIC_BYTES, &magic) || !take (self, 4, &version))
    return fail_cut_short (error);
  if (version != 2 && version != 3)
    return fail (error, version != 0 && version % 65536 == 0
                            ? _ ("it is a big-endian GGUF file, which is not supported")
                            : _ ("it is of a version of GGUF that is not known"));
  if (!take (self, 8, n_tensors) || !take (self, 8, n_settings)
      || *n_tensors > (guint64) (self->end - self->at) / LEAST_ENTRY_BYTES)
    return fail_cut_short (error);
  return TRUE;
}

static gboolean
read_file (Reader *self, GError **error)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, TRUE, sizeof (Entry));
  guint64 n_tensors, n_settings;
  gsize header_bytes;

  g_array_set_clear_func (entries, clear_entry);
  if (!take_header (self, &n_tensors, &n_settings, error))
    return FALSE;
  while (n_settings-- > 0)
    {
      if (!take_setting (self, error))
        return FALSE;
    }
  for (guint64 i = 0; i < n_tensors; i++)
    {
      g_array_set_size (entries, entries->len + 1);
      if (!take_entry (self, &g_array_index (entries, Entry, i), error))
        return FALSE;
    }
  header_bytes = (gsize) (self->at - self->begin);
  if (n_tensors > 0
      && !skip (self, (self->alignment - header_bytes % self->alignment) % self->alignment))
    return fail_cut_short (error);
  for (guint i = 0; i < entries->len; i++)
    {
      if (!add_entry (self, &g_array_index (entries, Entry, i), self->at, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
sf_gguf_read (const guint8 *bytes, gsize n_bytes, SfTensorList *list, GHashTable *metadata,
              GError **error)
{
  g_autoptr (GHashTable) shapes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Reader reader = { .begin = bytes,
                    .at = bytes,
                    .end = bytes + n_bytes,
                    .list = list,
                    .metadata = metadata,
                    .shapes = shapes,
                    .alignment = DEFAULT_ALIGNMENT };

  g_return_val_if_fail (bytes != NULL && list != NULL && metadata != NULL, FALSE);

  return read_file (&reader, error);
}
