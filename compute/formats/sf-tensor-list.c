/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-tensor-list.h"

struct _SfTensorList
{
  GPtrArray *tensors;  /* of SfTensorInfo, owned together with their names */
  GHashTable *by_name; /* name → SfTensorInfo in tensors */
};

static void
free_tensor (gpointer data)
{
  SfTensorInfo *tensor = data;

  g_free ((char *) tensor->name);
  g_free ((SfTensorInfo *) tensor->parts);
  g_free (tensor);
}

SfTensorList *
sf_tensor_list_new (void)
{
  SfTensorList *self = g_new0 (SfTensorList, 1);

  self->tensors = g_ptr_array_new_with_free_func (free_tensor);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
sf_tensor_list_free (SfTensorList *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->tensors);
  g_free (self);
}

void
sf_tensor_list_add (SfTensorList *self, const char *name, const SfTensorInfo *tensor)
{
  SfTensorInfo *copy = NULL;
  const char *own_name = NULL;

  g_return_if_fail (self != NULL && name != NULL && tensor != NULL);

  copy = g_hash_table_lookup (self->by_name, name);
  if (copy == NULL)
    {
      copy = g_new0 (SfTensorInfo, 1);
      copy->name = g_strdup (name);
      g_ptr_array_add (self->tensors, copy);
      g_hash_table_insert (self->by_name, (gpointer) copy->name, copy);
    }
  own_name = copy->name;
  g_free ((SfTensorInfo *) copy->parts);
  *copy = *tensor;
  copy->name = own_name;
  copy->parts = g_memdup2 (tensor->parts, tensor->n_parts * sizeof *tensor->parts);
}

void
sf_tensor_list_remove_all (SfTensorList *self, const char *prefix)
{
  GPtrArray *kept = NULL;

  g_return_if_fail (self != NULL && prefix != NULL);

  kept = g_ptr_array_new_with_free_func (free_tensor);
  for (guint i = 0; i < self->tensors->len; i++)
    {
      SfTensorInfo *tensor = g_ptr_array_index (self->tensors, i);

      if (!g_str_has_prefix (tensor->name, prefix))
        {
          g_ptr_array_add (kept, tensor);
          continue;
        }
      g_hash_table_remove (self->by_name, tensor->name);
      free_tensor (tensor);
    }
  g_ptr_array_set_free_func (self->tensors, NULL);
  g_ptr_array_unref (self->tensors);
  self->tensors = kept;
}

guint
sf_tensor_list_get_n_tensors (const SfTensorList *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->tensors->len;
}

const SfTensorInfo *
sf_tensor_list_get (const SfTensorList *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->tensors->len, NULL);

  return g_ptr_array_index (self->tensors, index);
}

const SfTensorInfo *
sf_tensor_list_find (const SfTensorList *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  return g_hash_table_lookup (self->by_name, name);
}

gboolean
sf_tensor_list_has (const SfTensorList *self, const char *prefix)
{
  g_return_val_if_fail (self != NULL && prefix != NULL, FALSE);

  for (guint i = 0; i < self->tensors->len; i++)
    {
      const SfTensorInfo *tensor = g_ptr_array_index (self->tensors, i);

      if (g_str_has_prefix (tensor->name, prefix))
        return TRUE;
    }
  return FALSE;
}
