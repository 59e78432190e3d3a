/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether a pickle may name the class or function "module.name": those that tensors are saved with,
 * Python's containers, and what training programs leave in checkpoints (callbacks and settings of
 * PyTorch Lightning and OmegaConf, NumPy's numbers). None of them is ever called. */
gboolean sf_pickle_class_is_known (const char *name);

G_END_DECLS
