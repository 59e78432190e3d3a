/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-tensor-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/sf-file.h"
#include "formats/sf-gguf.h"
#include "formats/sf-safetensors.h"
#include "formats/sf-torch-file.h"

struct _SfTensorFile
{
  GMappedFile *file;
  const char *format;
  SfTensorList *tensors;
  GHashTable *metadata; /* text → text */
};

static gboolean
read_file (SfTensorFile *self, GError **error)
{
  const guint8 *bytes = (const guint8 *) g_mapped_file_get_contents (self->file);
  const gsize n_bytes = g_mapped_file_get_length (self->file);

  if (!sf_safetensors_is (bytes, n_bytes))
    {
      if (sf_gguf_is (bytes, n_bytes))
        {
          self->format = "GGUF";
          return sf_gguf_read (bytes, n_bytes, self->tensors, self->metadata, error);
        }
      if (sf_torch_file_is (bytes, n_bytes))
        {
          self->format = "PyTorch";
          return sf_torch_file_read (bytes, n_bytes, self->tensors, error);
        }
      if (n_bytes >= 4 && memcmp (bytes, "\x89PNG", 4) == 0)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                               _ ("it is a picture, not a file of weights"));
          return FALSE;
        }
    }
  self->format = "safetensors";
  return sf_safetensors_read (bytes, n_bytes, self->tensors, self->metadata, error);
}

SfTensorFile *
sf_tensor_file_open (const char *path, GError **error)
{
  g_autoptr (SfTensorFile) self = NULL;
  GMappedFile *file = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  file = sf_file_map (path, error);
  if (file == NULL)
    return NULL;
  self = g_new0 (SfTensorFile, 1);
  self->file = file;
  self->tensors = sf_tensor_list_new ();
  self->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!read_file (self, error))
    {
      g_prefix_error (error, _ ("open %s: "), path);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
sf_tensor_file_free (SfTensorFile *self)
{
  g_return_if_fail (self != NULL);

  sf_tensor_list_free (self->tensors);
  g_hash_table_unref (self->metadata);
  g_mapped_file_unref (self->file);
  g_free (self);
}

const char *
sf_tensor_file_get_format (const SfTensorFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->format;
}

const SfTensorList *
sf_tensor_file_get_tensors (const SfTensorFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->tensors;
}

const char *
sf_tensor_file_get_metadata (const SfTensorFile *self, const char *key)
{
  g_return_val_if_fail (self != NULL && key != NULL, NULL);

  return g_hash_table_lookup (self->metadata, key);
}

void
sf_tensor_file_forget (const SfTensorFile *self)
{
  g_return_if_fail (self != NULL);

  sf_file_forget (self->file);
}
