/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-checkpoint.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/sf-array.h"
#include "formats/sf-model-folder.h"
#include "formats/sf-model-names.h"
#include "formats/sf-tensor-file.h"

#define AVERAGED_PREFIX "model_ema."

#define PREDICTION_KEY "prediction_type"

struct _SfCheckpoint
{
  gatomicrefcount ref_count;
  char *path;
  const char *format;
  GPtrArray *files; /* of SfTensorFile */
  GPtrArray *parts; /* of SfCheckpoint: what replaced parts was taken from */
  SfTensorList *tensors;
  char *prediction_type; /* of a folder's scheduler, or NULL */
  guint64 n_parameters;
  SfDtype dtype;
};

/* The tensors of a file, which @self keeps open. */
static const SfTensorList *
open_file (SfCheckpoint *self, const char *path, GError **error)
{
  SfTensorFile *file = sf_tensor_file_open (path, error);

  if (file == NULL)
    return NULL;
  g_ptr_array_add (self->files, file);
  return sf_tensor_file_get_tensors (file);
}

static gboolean
read_file (SfCheckpoint *self, GError **error)
{
  const SfTensorList *stored = open_file (self, self->path, error);

  if (stored == NULL)
    return FALSE;
  self->format = sf_tensor_file_get_format (g_ptr_array_index (self->files, 0));
  sf_model_names_translate (stored, NULL, self->tensors);
  return TRUE;
}

/* All files of a part of a folder are one list, as names are understood from all of them. */
static gboolean
read_folder_part (SfCheckpoint *self, SfModelFolderPart part, const char *activation,
                  GError **error)
{
  g_autoptr (GPtrArray) paths = sf_model_folder_list_files (self->path, part, error);
  g_autoptr (SfTensorList) stored = sf_tensor_list_new ();

  if (paths == NULL)
    return FALSE;
  for (guint i = 0; i < paths->len; i++)
    {
      const SfTensorList *in_file = open_file (self, g_ptr_array_index (paths, i), error);

      if (in_file == NULL)
        return FALSE;
      for (guint j = 0; j < sf_tensor_list_get_n_tensors (in_file); j++)
        {
          const SfTensorInfo *tensor = sf_tensor_list_get (in_file, j);

          sf_tensor_list_add (stored, tensor->name, tensor);
        }
    }
  sf_model_names_translate (stored, activation, self->tensors);
  return TRUE;
}

static gboolean
read_folder (SfCheckpoint *self, GError **error)
{
  g_autofree char *activation = sf_model_folder_get_activation (self->path);

  self->format = "diffusers";
  self->prediction_type = sf_model_folder_get_prediction_type (self->path);
  for (guint part = 0; part < SF_MODEL_FOLDER_N_PARTS; part++)
    {
      if (!read_folder_part (self, part, activation, error))
        return FALSE;
    }
  return TRUE;
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
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("there is no %s in %s"), what,
                   path);
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
             || replace_part (self, parts->text_encoder, _ ("text encoder"), TEXT_ENCODER, error))
         && (parts->taesd == NULL
             || replace_part (self, parts->taesd, _ ("tiny autoencoder (TAESD)"), TAESD, error));
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

  g_return_val_if_fail (path != NULL, NULL);

  self = g_new0 (SfCheckpoint, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->path = g_strdup (path);
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_tensor_file_free);
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) sf_checkpoint_unref);
  self->tensors = sf_tensor_list_new ();
  if (!(sf_model_folder_is (path) ? read_folder (self, error) : read_file (self, error)))
    return NULL;
  sf_tensor_list_remove_all (self->tensors, AVERAGED_PREFIX);
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
  g_ptr_array_unref (self->files);
  g_free (self->prediction_type);
  g_free (self->path);
  g_free (self);
}

const char *
sf_checkpoint_get_path (const SfCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->path;
}

const char *
sf_checkpoint_get_format (const SfCheckpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->format;
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
  const char *value = NULL;

  g_return_val_if_fail (self != NULL && key != NULL, NULL);

  if (self->prediction_type != NULL && g_str_equal (key, PREDICTION_KEY))
    return self->prediction_type;
  for (guint i = 0; i < self->files->len && value == NULL; i++)
    value = sf_tensor_file_get_metadata (g_ptr_array_index (self->files, i), key);
  return value;
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
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("%s has no tensor %s"), self->path,
                   name);
      return NULL;
    }
  if (!shapes_agree (tensor, n_dims, dims))
    {
      g_autofree char *stored = sf_shape_describe (tensor->n_dims, tensor->dims);
      g_autofree char *expected = sf_shape_describe (n_dims, dims);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("tensor %s in %s has the shape %s where %s is needed"), name, self->path,
                   stored, expected);
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

void
sf_checkpoint_forget (const SfCheckpoint *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->files->len; i++)
    sf_tensor_file_forget (g_ptr_array_index (self->files, i));
  for (guint i = 0; i < self->parts->len; i++)
    sf_checkpoint_forget (g_ptr_array_index (self->parts, i));
}
