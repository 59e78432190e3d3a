/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

G_BEGIN_DECLS

#define SF_FILE_NAME_NUMBER "[number]"
#define SF_FILE_NAME_MAX_BYTES 200
#define SF_FILE_NAME_MAX_PROMPT 60 /* characters */

/* A pattern of file names, such as "[date] [prompt] [seed]", with what is known of a picture in it: a name without extension
 * for sf_picture_save_in_folder(), which puts a number in the place of SF_FILE_NAME_NUMBER. Other brackets stay. Never
 * empty, never a path, never hidden, and of characters only that file systems of other computers take as well. */
char *sf_file_name_expand (const char *pattern, const SfRequest *request) G_GNUC_WARN_UNUSED_RESULT;

/* "[number], [seed], …", for people. */
const char *sf_file_name_list_words (void);

G_END_DECLS
