/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-textual-inversion.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "formats/sf-foreign-json.h"
#include "formats/sf-picture-texts.h"
#include "formats/sf-tensor-file.h"

/* One for each text encoder that a model may have. */
#define MAX_ENCODERS 2

/* In files of stable-diffusion-webui. */
#define WEBUI_VECTORS "string_to_param"
#define WEBUI_TENSOR "TORCHTENSOR"
#define PICTURE_KEY "sd-ti-embedding"

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

/* Room for vectors for another text encoder. */
static SfArray *
add_vectors (SfTextualInversion *self, gsize n_vectors, gsize width, GError **error)
{
  if (n_vectors == 0 || width == 0)
    fail (error, _ ("its vectors are not in rows"));
  else if (n_vectors > SF_TEXTUAL_INVERSION_MAX_VECTORS || width > SF_TEXTUAL_INVERSION_MAX_WIDTH)
    fail (error, _ ("its vectors are more, or wider, than any text encoder takes"));
  else if (self->n_encoders == MAX_ENCODERS
           || sf_textual_inversion_get_vectors (self, width) != NULL)
    fail (error, _ ("it holds more than one embedding"));
  else if (self->n_encoders > 0 && self->vectors[0]->dims[0] != n_vectors)
    fail (error, _ ("it has not as many vectors for one text encoder as for the other"));
  else
    return self->vectors[self->n_encoders++] = sf_array (n_vectors, width);
  return NULL;
}

static gboolean
add_tensor (SfTextualInversion *self, const SfTensorInfo *tensor, GError **error)
{
  const guint n_dims = tensor->n_dims;
  SfArray *vectors = NULL;

  if (n_dims < 1 || n_dims > 2)
    return fail (error, _ ("its vectors are not in rows"));
  vectors = add_vectors (self, n_dims == 2 ? tensor->dims[0] : 1, tensor->dims[n_dims - 1], error);
  return vectors != NULL && sf_tensor_info_read_f32 (tensor, vectors->data, error);
}

/* Files of stable-diffusion-webui have other things beside the vectors. */
static gboolean
read_tensors (SfTextualInversion *self, const char *path, GError **error)
{
  g_autoptr (SfTensorFile) file = sf_tensor_file_open (path, error);
  const SfTensorList *tensors = NULL;
  gboolean is_webui = FALSE;

  if (file == NULL)
    return FALSE;
  tensors = sf_tensor_file_get_tensors (file);
  is_webui = sf_tensor_list_has (tensors, WEBUI_VECTORS ".");
  for (guint i = 0; i < sf_tensor_list_get_n_tensors (tensors); i++)
    {
      const SfTensorInfo *tensor = sf_tensor_list_get (tensors, i);

      if (is_webui && !g_str_has_prefix (tensor->name, WEBUI_VECTORS "."))
        continue;
      if (!add_tensor (self, tensor, error))
        {
          g_prefix_error (error, _ ("%s is not an embedding: "), path);
          return FALSE;
        }
    }
  return TRUE;
}

/* The rows of numbers that stand for a tensor in JSON. */
static gboolean
add_rows (SfTextualInversion *self, JsonArray *rows, GError **error)
{
  const guint n_vectors = json_array_get_length (rows);
  SfArray *vectors = NULL;

  for (guint i = 0; i < n_vectors; i++)
    {
      JsonNode *node = json_array_get_element (rows, i);
      JsonArray *row = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
      const guint width = row != NULL ? json_array_get_length (row) : 0;

      if (i == 0)
        vectors = add_vectors (self, n_vectors, width, error);
      if (vectors == NULL)
        return FALSE;
      if (width != vectors->dims[1])
        return fail (error, _ ("its vectors are not in rows"));
      for (guint j = 0; j < width; j++)
        {
          JsonNode *value = json_array_get_element (row, j);

          if (!JSON_NODE_HOLDS_VALUE (value))
            return fail (error, _ ("its vectors are not numbers"));
          vectors->data[(gsize) i * width + j] = (float) json_node_get_double (value);
        }
    }
  return TRUE;
}

static gboolean
read_json (SfTextualInversion *self, const char *base64, GError **error)
{
  g_autofree char *bytes = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) root = NULL;
  g_autoptr (GList) members = NULL;
  JsonObject *vectors = NULL;
  gsize n_bytes = 0;

  bytes = (char *) g_base64_decode (base64, &n_bytes);
  text = g_strndup (bytes, n_bytes);
  root = sf_foreign_json_read (text);
  if (root != NULL)
    vectors = sf_foreign_json_get_object (root, WEBUI_VECTORS);
  if (vectors == NULL)
    return fail (error, _ ("its embedding text is damaged"));

  members = json_object_get_members (vectors);
  for (GList *link = members; link != NULL; link = link->next)
    {
      JsonObject *tensor = sf_foreign_json_get_object (vectors, link->data);
      JsonArray *rows = tensor != NULL ? sf_foreign_json_get_array (tensor, WEBUI_TENSOR) : NULL;

      if (rows == NULL)
        return fail (error, _ ("its embedding text is damaged"));
      if (!add_rows (self, rows, error))
        return FALSE;
    }
  return TRUE;
}

/* A picture that carries an embedding in its text. */
static gboolean
read_picture (SfTextualInversion *self, const char *path, const SfPictureTexts *texts,
              GError **error)
{
  const char *base64 = sf_picture_texts_get (texts, PICTURE_KEY);

  if (base64 == NULL ? fail (error, _ ("it is a picture without one in its text"))
                     : read_json (self, base64, error))
    return TRUE;
  g_prefix_error (error, _ ("%s is not an embedding: "), path);
  return FALSE;
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
  g_autoptr (SfPictureTexts) picture = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  picture = sf_picture_texts_load (path, NULL);
  self = g_new0 (SfTextualInversion, 1);
  self->name = name_of_file (path);
  if (!(picture != NULL ? read_picture (self, path, picture, error)
                        : read_tensors (self, path, error)))
    return NULL;
  if (self->n_encoders == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("%s is not an embedding: it holds no vectors"), path);
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
