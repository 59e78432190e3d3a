/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-checkpoint.h"

#include <string.h>

#include "base/sf-array.h"
#include "base/sf-file.h"
#include "formats/sf-safetensors.h"

#define AVERAGED_PREFIX "model_ema."

struct _SfCheckpoint
{
  gatomicrefcount ref_count;
  char *path;
  SfSafetensors *file;
  GPtrArray *tensors; /* of SfTensorInfo, owned by the file */
  guint64 n_parameters;
  SfDtype dtype;
};

/* What a file is that is no safetensors file, as far as its first bytes tell. */
static const struct
{
  const char *magic;
  gsize n_bytes;
  const char *name;
} OTHER_FORMATS[] = {
  { "GGUF", 4, "a GGUF file" },
  { "PK\x03\x04", 4, "a ZIP archive, as PyTorch writes .ckpt and .pt files" },
  { "\x80\x02", 2, "a Python pickle, as PyTorch writes .ckpt and .pt files" },
  { "\x89PNG", 4, "a picture" },
};

static gboolean
check_format (const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = sf_file_map (path, error);
  const char *bytes = NULL;
  gsize n_bytes = 0;

  if (file == NULL)
    return FALSE;
  bytes = g_mapped_file_get_contents (file);
  n_bytes = g_mapped_file_get_length (file);
  for (guint i = 0; i < G_N_ELEMENTS (OTHER_FORMATS); i++)
    {
      if (n_bytes >= OTHER_FORMATS[i].n_bytes
          && memcmp (bytes, OTHER_FORMATS[i].magic, OTHER_FORMATS[i].n_bytes) == 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       "open %s: it is not a safetensors file but %s", path, OTHER_FORMATS[i].name);
          return FALSE;
        }
    }
  return TRUE;
}

static void
list_tensors (SfCheckpoint *self)
{
  guint64 n_values_of[SF_N_DTYPES] = { 0 };

  self->tensors = g_ptr_array_new ();
  for (guint i = 0; i < sf_safetensors_get_n_tensors (self->file); i++)
    {
      const SfTensorInfo *tensor = sf_safetensors_get_tensor (self->file, i);

      if (g_str_has_prefix (tensor->name, AVERAGED_PREFIX))
        continue;
      g_ptr_array_add (self->tensors, (gpointer) tensor);
      if (sf_dtype_is_float (tensor->dtype))
        {
          self->n_parameters += tensor->n_values;
          n_values_of[tensor->dtype] += tensor->n_values;
        }
    }
  for (guint i = 0; i < SF_N_DTYPES; i++)
    {
      if (n_values_of[i] > n_values_of[self->dtype])
        self->dtype = i;
    }
}

SfCheckpoint *
sf_checkpoint_open (const char *path, GError **error)
{
  g_autoptr (SfSafetensors) file = NULL;
  SfCheckpoint *self = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  if (!check_format (path, error))
    return NULL;
  file = sf_safetensors_open (path, error);
  if (file == NULL)
    return NULL;

  self = g_new0 (SfCheckpoint, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->path = g_strdup (path);
  self->file = g_steal_pointer (&file);
  self->dtype = SF_DTYPE_F32;
  list_tensors (self);
  return self;
}

SfCheckpoint *
sf_checkpoint_ref (SfCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sf_checkpoint_unref (SfCheckpoint *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->tensors);
  sf_safetensors_free (self->file);
  g_free (self->path);
  g_free (self);
}

const char *
sf_checkpoint_get_path (const SfCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->path;
}

guint
sf_checkpoint_get_n_tensors (const SfCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->tensors->len;
}

const SfTensorInfo *
sf_checkpoint_get_tensor (const SfCheckpoint *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->tensors->len, NULL);

  return g_ptr_array_index (self->tensors, index);
}

const SfTensorInfo *
sf_checkpoint_find (const SfCheckpoint *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  return g_str_has_prefix (name, AVERAGED_PREFIX) ? NULL : sf_safetensors_find (self->file, name);
}

guint64
sf_checkpoint_get_n_parameters (const SfCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_parameters;
}

SfDtype
sf_checkpoint_get_dtype (const SfCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, SF_DTYPE_F32);

  return self->dtype;
}

const char *
sf_checkpoint_get_metadata (const SfCheckpoint *self, const char *key)
{
  g_return_val_if_fail (self != NULL, NULL);

  return sf_safetensors_get_metadata (self->file, key);
}

/* Equal up to trailing ones. */
static gboolean
shapes_agree (const SfTensorInfo *tensor, guint n_dims, const gsize *dims)
{
  for (guint i = 0; i < MAX (n_dims, tensor->n_dims); i++)
    {
      if ((i < n_dims ? dims[i] : 1) != (i < tensor->n_dims ? tensor->dims[i] : 1))
        return FALSE;
    }
  return TRUE;
}

static const SfTensorInfo *
find_shaped (const SfCheckpoint *self, const char *name, guint n_dims, const gsize *dims,
             GError **error)
{
  const SfTensorInfo *tensor = sf_checkpoint_find (self, name);

  if (tensor == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s has no tensor %s", self->path,
                   name);
      return NULL;
    }
  if (!shapes_agree (tensor, n_dims, dims))
    {
      g_autofree char *stored = sf_shape_describe (tensor->n_dims, tensor->dims);
      g_autofree char *expected = sf_shape_describe (n_dims, dims);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "tensor %s in %s has the shape %s where %s is needed", name, self->path, stored,
                   expected);
      return NULL;
    }
  return tensor;
}

gboolean
sf_checkpoint_read_f32 (const SfCheckpoint *self, const char *name, guint n_dims, const gsize *dims,
                        float *values, GError **error)
{
  const SfTensorInfo *tensor = NULL;

  g_return_val_if_fail (self != NULL && name != NULL, FALSE);

  tensor = find_shaped (self, name, n_dims, dims, error);
  return tensor != NULL && sf_tensor_info_read_f32 (tensor, values, error);
}

gboolean
sf_checkpoint_read_f16 (const SfCheckpoint *self, const char *name, guint n_dims, const gsize *dims,
                        guint16 *halves, GError **error)
{
  const SfTensorInfo *tensor = NULL;

  g_return_val_if_fail (self != NULL && name != NULL, FALSE);

  tensor = find_shaped (self, name, n_dims, dims, error);
  return tensor != NULL && sf_tensor_info_read_f16 (tensor, halves, error);
}
