/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-torch-tensors.h"

#include <glib/gi18n-lib.h>

#define MAX_DEPTH 8
#define MAX_STEPS 1000000 /* keys that are looked at: a pickle may hold the same dict many times */
#define MAX_WRAPPERS 8
#define MAX_NAME_BYTES 1024

/* A dict that is being walked. */
typedef struct
{
  const GPtrArray *items;
  guint next;
  gsize name_bytes; /* of what comes before the names of its keys */
} Level;

gboolean
sf_torch_storage_dtype (const char *class_name, SfDtype *dtype)
{
  static const struct
  {
    const char *class_name;
    SfDtype dtype;
  } CLASSES[] = {
    { "torch.DoubleStorage", SF_DTYPE_F64 },   { "torch.FloatStorage", SF_DTYPE_F32 },
    { "torch.HalfStorage", SF_DTYPE_F16 },     { "torch.BFloat16Storage", SF_DTYPE_BF16 },
    { "torch.LongStorage", SF_DTYPE_I64 },     { "torch.IntStorage", SF_DTYPE_I32 },
    { "torch.ShortStorage", SF_DTYPE_I16 },    { "torch.CharStorage", SF_DTYPE_I8 },
    { "torch.ByteStorage", SF_DTYPE_U8 },      { "torch.storage.UntypedStorage", SF_DTYPE_U8 },
    { "torch.BoolStorage", SF_DTYPE_BOOL },    { "torch.float64", SF_DTYPE_F64 },
    { "torch.float32", SF_DTYPE_F32 },         { "torch.float16", SF_DTYPE_F16 },
    { "torch.bfloat16", SF_DTYPE_BF16 },       { "torch.float8_e4m3fn", SF_DTYPE_F8_E4M3 },
    { "torch.float8_e5m2", SF_DTYPE_F8_E5M2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CLASSES); i++)
    {
      if (g_str_equal (class_name, CLASSES[i].class_name))
        {
          *dtype = CLASSES[i].dtype;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
take_size (const SfPickleValue *value, gsize *size)
{
  if (value == NULL || value->kind != SF_PICKLE_INTEGER || value->integer < 0)
    return FALSE;
  *size = (gsize) value->integer;
  return TRUE;
}

/* A tuple of sizes, which may be the one argument of torch.Size. */
static gboolean
take_sizes (const SfPickleValue *value, gsize sizes[SF_TENSOR_MAX_DIMS], guint *n_sizes)
{
  if (sf_pickle_value_is_of (value, "torch.Size"))
    value = sf_pickle_value_get (value->arguments, 0);
  if (value == NULL || value->kind != SF_PICKLE_TUPLE)
    return FALSE;
  *n_sizes = value->items != NULL ? value->items->len : 0;
  if (*n_sizes > SF_TENSOR_MAX_DIMS)
    return FALSE;
  for (guint i = 0; i < *n_sizes; i++)
    {
      if (!take_size (sf_pickle_value_get (value, i), &sizes[i]))
        return FALSE;
    }
  return TRUE;
}

/* The call that makes a plain tensor inside those that make parameters and subclasses of it: its
 * arguments in @arguments and, for _rebuild_tensor_v3, its type in @dtype. FALSE: it is no tensor. */
static gboolean
unwrap (const SfPickleValue *value, const SfPickleValue **arguments, const SfPickleValue **dtype)
{
  *dtype = NULL;
  for (guint i = 0; i < MAX_WRAPPERS; i++)
    {
      const SfPickleValue *callee = NULL;

      if (value == NULL || value->kind != SF_PICKLE_OBJECT)
        return FALSE;
      callee = value;
      *arguments = value->arguments;
      if (sf_pickle_value_is_of (value, "torch._tensor._rebuild_from_type_v2"))
        {
          callee = sf_pickle_value_get (value->arguments, 0);
          *arguments = sf_pickle_value_get (value->arguments, 2);
        }
      if (sf_pickle_value_is_of (callee, "torch._utils._rebuild_tensor")
          || sf_pickle_value_is_of (callee, "torch._utils._rebuild_tensor_v2"))
        return TRUE;
      if (sf_pickle_value_is_of (callee, "torch._utils._rebuild_tensor_v3"))
        {
          *dtype = sf_pickle_value_get (*arguments, 6);
          return TRUE;
        }
      if (!sf_pickle_value_is_of (callee, "torch._utils._rebuild_parameter")
          && !sf_pickle_value_is_of (callee, "torch._utils._rebuild_parameter_with_state")
          && !sf_pickle_value_is_of (callee, "torch.nn.parameter.Parameter"))
        return FALSE;
      value = sf_pickle_value_get (*arguments, 0);
    }
  return FALSE;
}

static gboolean
is_c_order (const SfTensorInfo *tensor, const gsize *strides)
{
  gsize expected = 1;

  for (guint i = tensor->n_dims; i > 0; i--)
    {
      if (tensor->dims[i - 1] != 1 && strides[i - 1] != expected)
        return FALSE;
      expected *= tensor->dims[i - 1];
    }
  return TRUE;
}

/* Checks that all values are in the storage. */
static gboolean
lay_out (SfTensorInfo *tensor, const gsize *strides, gsize offset, const SfTorchStorage *storage,
         GError **error)
{
  gsize last = offset;

  if (!sf_tensor_info_count_values (tensor))
    return sf_tensor_info_refuse (tensor->name, _ ("has a shape that is too large"), error);
  for (guint i = 0; i < tensor->n_dims && tensor->n_values > 0; i++)
    {
      gsize reach;

      if (!g_size_checked_mul (&reach, tensor->dims[i] - 1, strides[i])
          || !g_size_checked_add (&last, last, reach))
        return sf_tensor_info_refuse (tensor->name, _ ("reaches beyond its storage"), error);
    }
  if (tensor->n_values > 0 && last >= storage->n_values)
    return sf_tensor_info_refuse (tensor->name, _ ("reaches beyond its storage"), error);
  if (tensor->n_values > storage->n_values)
    return sf_tensor_info_refuse (tensor->name, _ ("has more values than its storage"), error);

  tensor->dtype = storage->dtype;
  tensor->n_bytes = tensor->n_values * sf_dtype_block_bytes (tensor->dtype);
  tensor->data = storage->data;
  if (tensor->n_values == 0)
    return TRUE;
  tensor->data += offset * sf_dtype_block_bytes (tensor->dtype);
  tensor->is_strided = !is_c_order (tensor, strides);
  for (guint i = 0; tensor->is_strided && i < tensor->n_dims; i++)
    tensor->strides[i] = strides[i];
  return TRUE;
}

/* An untyped storage takes the type that the tensor says. */
static gboolean
set_type (SfTorchStorage *storage, const SfPickleValue *dtype)
{
  const gsize n_bytes = storage->n_values * sf_dtype_block_bytes (storage->dtype);

  if (dtype == NULL)
    return TRUE;
  if (dtype->kind != SF_PICKLE_CLASS || !sf_torch_storage_dtype (dtype->text, &storage->dtype))
    return FALSE;
  storage->n_values = n_bytes / sf_dtype_block_bytes (storage->dtype);
  return TRUE;
}

static gboolean
add_tensor (SfTensorList *list, GHashTable *storages, const char *name,
            const SfPickleValue *arguments, const SfPickleValue *dtype, GError **error)
{
  const SfTorchStorage *found = g_hash_table_lookup (storages, sf_pickle_value_get (arguments, 0));
  SfTensorInfo tensor = { .name = name };
  SfTorchStorage storage = { 0 };
  gsize strides[SF_TENSOR_MAX_DIMS];
  gsize offset = 0;
  guint n_strides = 0;

  if (found == NULL || !take_size (sf_pickle_value_get (arguments, 1), &offset)
      || !take_sizes (sf_pickle_value_get (arguments, 2), tensor.dims, &tensor.n_dims)
      || !take_sizes (sf_pickle_value_get (arguments, 3), strides, &n_strides)
      || n_strides != tensor.n_dims)
    return sf_tensor_info_refuse (name, _ ("is described in a way that makes no sense"), error);
  storage = *found;
  if (!set_type (&storage, dtype))
    return sf_tensor_info_refuse (name, _ ("is of a type that is not known"), error);
  if (!lay_out (&tensor, strides, offset, &storage, error))
    return FALSE;
  sf_tensor_list_add (list, name, &tensor);
  return TRUE;
}

/* The items of what may hold tensors by name, or NULL. */
static const GPtrArray *
get_members (const SfPickleValue *value)
{
  if (sf_pickle_value_is_of (value, "torch.nn.modules.container.ParameterDict"))
    value = sf_pickle_value_find (value->state, "_parameters");
  if (value != NULL && (value->kind == SF_PICKLE_DICT || value->kind == SF_PICKLE_OBJECT))
    return value->items;
  return NULL;
}

/* Appends a key to the name of what it is in. FALSE: such keys name no weights. */
static gboolean
append_key (GString *name, const SfPickleValue *key)
{
  if (name->len > 0)
    g_string_append_c (name, '.');
  if (key->kind == SF_PICKLE_INTEGER)
    g_string_append_printf (name, "%" G_GINT64_FORMAT, key->integer);
  else if (key->kind == SF_PICKLE_TEXT && key->n_bytes <= MAX_NAME_BYTES)
    g_string_append_len (name, key->text, key->n_bytes);
  else
    return FALSE;
  return TRUE;
}

static gboolean
walk (GArray *levels, GHashTable *storages, SfTensorList *list, GError **error)
{
  g_autoptr (GString) name = g_string_new (NULL);
  guint n_steps = 0;

  while (levels->len > 0)
    {
      Level *level = &g_array_index (levels, Level, levels->len - 1);
      const SfPickleValue *value = NULL, *arguments = NULL, *dtype = NULL;
      const GPtrArray *members = NULL;

      if (level->next + 1 >= level->items->len)
        {
          g_array_set_size (levels, levels->len - 1);
          continue;
        }
      if (++n_steps > MAX_STEPS)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                               _ ("its pickle has more entries than any model"));
          return FALSE;
        }
      g_string_truncate (name, level->name_bytes);
      value = g_ptr_array_index (level->items, level->next + 1);
      level->next += 2;
      if (!append_key (name, g_ptr_array_index (level->items, level->next - 2)))
        continue;

      members = get_members (value);
      if (unwrap (value, &arguments, &dtype))
        {
          if (!add_tensor (list, storages, name->str, arguments, dtype, error))
            return FALSE;
        }
      else if (members != NULL && levels->len < MAX_DEPTH)
        {
          g_array_append_val (levels, ((Level){ members, 0, name->len }));
        }
    }
  return TRUE;
}

gboolean
sf_torch_tensors_list (const SfPickle *pickle, GHashTable *storages, SfTensorList *list,
                       GError **error)
{
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (Level));
  const SfPickleValue *root = NULL;
  Level level = { 0 };

  g_return_val_if_fail (pickle != NULL && storages != NULL && list != NULL, FALSE);

  root = sf_pickle_get_root (pickle);
  level.items = get_members (sf_pickle_value_find (root, "state_dict"));
  if (level.items == NULL)
    level.items = get_members (root);
  if (level.items == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("its pickle is not a dictionary of tensors"));
      return FALSE;
    }
  g_array_append_val (levels, level);
  return walk (levels, storages, list, error);
}
