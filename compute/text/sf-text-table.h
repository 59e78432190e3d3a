/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A table of data/tokenizer by its file name, as it was built into the program.
 * Zero-terminated text. */
GBytes *sf_text_table_load (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
