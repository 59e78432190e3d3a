/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-checkpoint.h"

#include <string.h>

#include "base/sf-array.h"
#include "base/sf-file.h"
#include "formats/sf-model-names.h"
#include "formats/sf-safetensors.h"

#define AVERAGED_PREFIX "model_ema."

struct _SfCheckpoint
{
  gatomicrefcount ref_count;
  char *path;
  SfSafetensors *file;
  GPtrArray *parts; /* of SfCheckpoint: the files that parts were taken from */
  SfTensorList *tensors;
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

static SfTensorList *
list_tensors (const SfSafetensors *file)
{
  g_autoptr (SfTensorList) stored = sf_tensor_list_new ();
  SfTensorList *tensors = sf_tensor_list_new ();

  for (guint i = 0; i < sf_safetensors_get_n_tensors (file); i++)
    {
      const SfTensorInfo *tensor = sf_safetensors_get_tensor (file, i);

      if (!g_str_has_prefix (tensor->name, AVERAGED_PREFIX))
        sf_tensor_list_add (stored, tensor->name, tensor);
    }
  sf_model_names_translate (stored, tensors);
  return tensors;
}

/* Takes what @path has under @prefixes in place of what is there. */
static gboolean
replace_part (SfCheckpoint *self, const char *path, const char *what, const char *const *prefixes,
              GError **error)
{
  g_autoptr (SfCheckpoint) part = sf_checkpoint_open (path, error);
  gboolean is_there = FALSE;

  if (part == NULL)
    return FALSE;
  for (guint i = 0; prefixes[i] != NULL; i++)
    {
      if (!sf_tensor_list_has (part->tensors, prefixes[i]))
        continue;
      is_there = TRUE;
      sf_tensor_list_remove_all (self->tensors, prefixes[i]);
      for (guint j = 0; j < sf_tensor_list_get_n_tensors (part->tensors); j++)
        {
          const SfTensorInfo *tensor = sf_tensor_list_get (part->tensors, j);

          if (g_str_has_prefix (tensor->name, prefixes[i]))
            sf_tensor_list_add (self->tensors, tensor->name, tensor);
        }
    }
  if (!is_there)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "there is no %s in %s", what, path);
      return FALSE;
    }
  g_ptr_array_add (self->parts, g_steal_pointer (&part));
  return TRUE;
}

static gboolean
replace_parts (SfCheckpoint *self, const SfCheckpointParts *parts, GError **error)
{
  static const char *const VAE[] = { SF_PREFIX_VAE, NULL };
  static const char *const TEXT_ENCODER[] = { SF_PREFIX_TEXT, NULL };
  static const char *const TAESD[] = { SF_PREFIX_TAESD_DECODER, SF_PREFIX_TAESD_ENCODER, NULL };

  return (parts->vae == NULL || replace_part (self, parts->vae, "VAE", VAE, error))
         && (parts->text_encoder == NULL
             || replace_part (self, parts->text_encoder, "text encoder", TEXT_ENCODER, error))
         && (parts->taesd == NULL
             || replace_part (self, parts->taesd, "tiny autoencoder (TAESD)", TAESD, error));
}

static void
count_values (SfCheckpoint *self)
{
  guint64 n_values_of[SF_N_DTYPES] = { 0 };

  self->dtype = SF_DTYPE_F32;
  for (guint i = 0; i < sf_tensor_list_get_n_tensors (self->tensors); i++)
    {
      const SfTensorInfo *tensor = sf_tensor_list_get (self->tensors, i);

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
  return sf_checkpoint_open_with (path, NULL, error);
}

SfCheckpoint *
sf_checkpoint_open_with (const char *path, const SfCheckpointParts *parts, GError **error)
{
  g_autoptr (SfCheckpoint) self = NULL;
  g_autoptr (SfSafetensors) file = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  if (!check_format (path, error))
    return NULL;
  file = sf_safetensors_open (path, error);
  if (file == NULL)
    return NULL;

  self = g_new0 (SfCheckpoint, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->path = g_strdup (path);
  self->tensors = list_tensors (file);
  self->file = g_steal_pointer (&file);
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_checkpoint_unref);
  if (parts != NULL && !replace_parts (self, parts, error))
    return NULL;
  count_values (self);
  return g_steal_pointer (&self);
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
  sf_tensor_list_free (self->tensors);
  g_ptr_array_unref (self->parts);
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

  return sf_tensor_list_get_n_tensors (self->tensors);
}

const SfTensorInfo *
sf_checkpoint_get_tensor (const SfCheckpoint *self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);

  return sf_tensor_list_get (self->tensors, index);
}

const SfTensorInfo *
sf_checkpoint_find (const SfCheckpoint *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  return sf_tensor_list_find (self->tensors, name);
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
