/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-prompt-style.h"

G_BEGIN_DECLS

#define SF_TYPE_PROMPT_STYLES (sf_prompt_styles_get_type ())
G_DECLARE_FINAL_TYPE (SfPromptStyles, sf_prompt_styles, SF, PROMPT_STYLES, GObject)

/**
 * SfPromptStyles: all styles that there are, as a GListModel of SfPromptStyle: the user's own, then those that came with the
 * program. Names are unique; a style of one's own hides one of the same name that came along.
 *
 * The user's are kept in a file, which is replaced with every change. Main thread.
 */

/* @path: the user's, a .json, made with the first change. Always a list: a file that cannot be read is put aside as
 * "….damaged", and @error says so. */
SfPromptStyles *sf_prompt_styles_new (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* $XDG_DATA_HOME/sfumato/styles.json */
char *sf_prompt_styles_dup_default_path (void) G_GNUC_WARN_UNUSED_RESULT;

/* NULL when there is none of that name. Not owned by the caller. */
SfPromptStyle *sf_prompt_styles_find (SfPromptStyles *self, const char *name);
gboolean sf_prompt_styles_is_own (SfPromptStyles *self, SfPromptStyle *style);

/* Changes; an error is where the file could not be written, and then nothing is changed. A style that is put has the
 * place of @replaced, an own one, which goes; NULL: the first. One of the same name goes as well. */
gboolean sf_prompt_styles_put (SfPromptStyles *self, SfPromptStyle *style, SfPromptStyle *replaced,
                               GError **error);
gboolean sf_prompt_styles_remove (SfPromptStyles *self, SfPromptStyle *style, GError **error);

/* Takes in the styles of a file, .json or .csv, behind those that are there; those of the same name are replaced. Returns how many, or
 * -1. */
int sf_prompt_styles_import (SfPromptStyles *self, const char *path, GError **error);
/* Writes one's own into a file, .json or .csv. */
gboolean sf_prompt_styles_export (SfPromptStyles *self, const char *path, GError **error);

/* @prompt with the styles of these names around it, one after the other; names that are unknown are passed over.
 * @negative: a negative prompt. */
char *sf_prompt_styles_apply (SfPromptStyles *self, const char *const *names, const char *prompt,
                              gboolean negative) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
