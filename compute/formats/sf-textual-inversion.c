/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-textual-inversion.h"

#include <string.h>

#include "formats/sf-tensor-file.h"

/* One for each text encoder that a model may have. */
#define MAX_ENCODERS 2

struct _SfTextualInversion
{
  char *name;
  guint n_encoders;
  SfArray *vectors[MAX_ENCODERS];
};

static gboolean
fail (GError **error, const char *reason)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, reason);
  return FALSE;
}

static gboolean
add_vectors (SfTextualInversion *self, const SfTensorInfo *tensor, GError **error)
{
  const guint n_dims = tensor->n_dims;
  const gsize width = n_dims > 0 ? tensor->dims[n_dims - 1] : 0;
  const gsize n_vectors = n_dims == 2 ? tensor->dims[0] : 1;
  SfArray *vectors = NULL;

  if (n_dims < 1 || n_dims > 2 || n_vectors == 0 || width == 0)
    return fail (error, "its vectors are not in rows");
  if (n_vectors > SF_TEXTUAL_INVERSION_MAX_VECTORS || width > SF_TEXTUAL_INVERSION_MAX_WIDTH)
    return fail (error, "its vectors are more, or wider, than any text encoder takes");
  if (self->n_encoders == MAX_ENCODERS)
    return fail (error, "it holds more than one embedding");
  if (sf_textual_inversion_get_vectors (self, width) != NULL)
    return fail (error, "it holds more than one embedding");
  if (self->n_encoders > 0 && self->vectors[0]->dims[0] != n_vectors)
    return fail (error, "it has not as many vectors for one text encoder as for the other");

  vectors = sf_array (n_vectors, width);
  self->vectors[self->n_encoders++] = vectors;
  return sf_tensor_info_read_f32 (tensor, vectors->data, error);
}

static gboolean
read_tensors (SfTextualInversion *self, const char *path, GError **error)
{
  g_autoptr (SfTensorFile) file = sf_tensor_file_open (path, error);
  const SfTensorList *tensors = NULL;

  if (file == NULL)
    return FALSE;
  tensors = sf_tensor_file_get_tensors (file);
  for (guint i = 0; i < sf_tensor_list_get_n_tensors (tensors); i++)
    {
      const SfTensorInfo *tensor = sf_tensor_list_get (tensors, i);

      if (!add_vectors (self, tensor, error))
        {
          g_prefix_error (error, "%s is not an embedding: ", path);
          return FALSE;
        }
    }
  return TRUE;
}

static char *
name_of_file (const char *path)
{
  char *name = g_path_get_basename (path);
  char *dot = strrchr (name, '.');

  if (dot != NULL && dot != name)
    *dot = '\0';
  return name;
}

SfTextualInversion *
sf_textual_inversion_load (const char *path, GError **error)
{
  g_autoptr (SfTextualInversion) self = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_new0 (SfTextualInversion, 1);
  self->name = name_of_file (path);
  if (!read_tensors (self, path, error))
    return NULL;
  if (self->n_encoders == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "%s is not an embedding: it holds no vectors", path);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
sf_textual_inversion_free (SfTextualInversion *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->n_encoders; i++)
    sf_array_unref (self->vectors[i]);
  g_free (self->name);
  g_free (self);
}

const char *
sf_textual_inversion_get_name (const SfTextualInversion *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

const SfArray *
sf_textual_inversion_get_vectors (const SfTextualInversion *self, gsize width)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->n_encoders; i++)
    {
      if (self->vectors[i]->dims[1] == width)
        return self->vectors[i];
    }
  return NULL;
}
