/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-tensor-list.h"

G_BEGIN_DECLS

/* Adds the tensors of a text encoder in the names of transformers' CLIPTextModel ("text_model.…", or
 * without that) to @to in those of OpenCLIP, with @prefix in front. Queries, keys and values, which OpenCLIP
 * keeps in one, become stacked tensors. */
void sf_text_names_to_open_clip (const SfTensorList *from, const char *prefix, SfTensorList *to);

G_END_DECLS
