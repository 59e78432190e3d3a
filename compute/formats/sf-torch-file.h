/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-tensor-list.h"

G_BEGIN_DECLS

/* Files of torch.save, as .ckpt, .pt, .pth and .bin have them: since PyTorch 1.6 a ZIP archive with a
 * pickle and an entry for each storage, before that pickles with the storages behind them.
 * sf-pickle.h says how pickles are read, sf-torch-tensors.h what is listed. Nothing of the file is
 * ever run. Big-endian files are refused. */

/* Whether the first bytes are those of such a file. */
gboolean sf_torch_file_is (const guint8 *bytes, gsize n_bytes);

/* Adds the tensors of the file to @list; @bytes must outlive it. Errors say what is wrong without
 * naming the file. */
gboolean sf_torch_file_read (const guint8 *bytes, gsize n_bytes, SfTensorList *list,
                             GError **error);

G_END_DECLS
