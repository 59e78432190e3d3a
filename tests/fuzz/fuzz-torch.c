/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-model-names.h"
#include "formats/sf-torch-file.h"

#include "check-tensors.h"
#include "fuzz.h"

/* ZIP archives, and what does not begin as one: old files of PyTorch's, which are mostly pickles. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  g_autoptr (SfTensorList) list = sf_tensor_list_new ();
  g_autoptr (SfTensorList) renamed = sf_tensor_list_new ();
  g_autoptr (GError) error = NULL;

  if (sf_torch_file_read (data, n_bytes, list, &error))
    {
      check_tensors (list);
      sf_model_names_translate (list, NULL, renamed);
      check_tensors (renamed);
    }
  else
    {
      g_assert_nonnull (error);
    }
  return 0;
}
