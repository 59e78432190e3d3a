/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SF_STARTER_MODEL "starter"

/* The file or folder that a request's `model` means. NULL and "starter" are the starter model:
 * $SFUMATO_DATA_DIR/starter.safetensors where that variable is set, else the first found from the
 * folder of the running program up to three folders above it: share/sfumato/starter.safetensors
 * (installed) or data/starter-model/starter.safetensors (a build tree in the sources). Anything
 * else is a path. An error unless it is a regular file or a folder that
 * diffusers could have written. */
char *sf_model_path_find (const char *model, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The files with the weights of a model, of char *: its own path, or those in its folder
 * (formats/sf-model-folder.h). An error when that is no model's. */
GPtrArray *sf_model_path_list_files (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What people call a model: the name of its file without folder and suffix, or that of its folder. */
char *sf_model_path_get_name (const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* The file with the tiny decoder that belongs to a model's file: NAME.taesd.safetensors beside NAME.safetensors or
 * NAME with any other suffix. NULL where there is none. */
char *sf_model_path_find_taesd (const char *path) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
