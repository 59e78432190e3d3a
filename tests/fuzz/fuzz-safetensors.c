/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-safetensors.h"

#include "check-tensors.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  g_autoptr (SfTensorList) list = sf_tensor_list_new ();
  g_autoptr (GHashTable) metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GError) error = NULL;

  if (sf_safetensors_read (data, n_bytes, list, metadata, &error))
    check_tensors (list);
  else
    g_assert_nonnull (error);
  return 0;
}
