/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-tensor-list.h"

/* What an input may make a reader promise: more would be slow, not wrong. */
#define CHECKED_VALUES (1 << 20)

/* Reads every tensor that holds floats; each byte must be there. */
static inline void
check_tensors (const SfTensorList *list)
{
  for (guint i = 0; i < sf_tensor_list_get_n_tensors (list); i++)
    {
      const SfTensorInfo *tensor = sf_tensor_list_get (list, i);
      g_autofree float *values = NULL;
      gsize n_values = 1;

      for (guint j = 0; j < tensor->n_dims; j++)
        n_values *= tensor->dims[j];
      g_assert_cmpuint (n_values, ==, tensor->n_values);
      if (!sf_dtype_is_float (tensor->dtype) || n_values > CHECKED_VALUES)
        continue;
      values = g_new (float, n_values);
      g_assert_true (sf_tensor_info_read_f32 (tensor, values, NULL));
    }
}
