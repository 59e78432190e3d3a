/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sf-array.h"

#include <string.h>

/* The public struct comes first, so that its address is the whole's. */
typedef struct
{
  SfArray array;
  gatomicrefcount ref_count;
} SfArrayBox;

SfArray *
sf_array_new (guint n_dims, const gsize *dims)
{
  SfArrayBox *box = NULL;
  gsize n_values = 1;

  g_return_val_if_fail (n_dims <= SF_ARRAY_MAX_DIMS, NULL);
  g_return_val_if_fail (n_dims == 0 || dims != NULL, NULL);

  for (guint i = 0; i < n_dims; i++)
    {
      if (!g_size_checked_mul (&n_values, n_values, dims[i]))
        g_error ("array of more values than this machine can address");
    }

  box = g_new0 (SfArrayBox, 1);
  g_atomic_ref_count_init (&box->ref_count);
  box->array.n_dims = n_dims;
  if (n_dims > 0)
    memcpy (box->array.dims, dims, n_dims * sizeof *dims);
  box->array.n_values = n_values;
  box->array.data = g_new0 (float, n_values);
  return &box->array;
}

SfArray *
sf_array_copy (const SfArray *self)
{
  SfArray *copy = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  copy = sf_array_new (self->n_dims, self->dims);
  if (self->n_values > 0)
    memcpy (copy->data, self->data, self->n_values * sizeof *self->data);
  return copy;
}

SfArray *
sf_array_ref (SfArray *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&((SfArrayBox *) self)->ref_count);
  return self;
}

void
sf_array_unref (SfArray *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&((SfArrayBox *) self)->ref_count))
    return;
  g_free (self->data);
  g_free (self);
}

gboolean
sf_array_has_shape (const SfArray *self, guint n_dims, const gsize *dims)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->n_dims == n_dims
         && (n_dims == 0 || memcmp (self->dims, dims, n_dims * sizeof *dims) == 0);
}

char *
sf_array_describe_shape (const SfArray *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return sf_shape_describe (self->n_dims, self->dims);
}

char *
sf_shape_describe (guint n_dims, const gsize *dims)
{
  GString *text = g_string_new (n_dims == 0 ? "one value" : NULL);

  for (guint i = 0; i < n_dims; i++)
    g_string_append_printf (text, i == 0 ? "%zu" : "×%zu", dims[i]);
  return g_string_free (text, FALSE);
}
