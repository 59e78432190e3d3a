/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_PATH_ROW (sf_path_row_get_type ())
G_DECLARE_FINAL_TYPE (SfPathRow, sf_path_row, SF, PATH_ROW, AdwActionRow)

/**
 * SfPathRow: a setting that is the path of a folder or a file, with a button to choose another and one to go back to none.
 *
 * Properties: "folder" (not a file); "reset-label", of the second button.
 */

/* To be called once. @fallback: what is shown, and where choosing begins, while the setting is empty. */
void sf_path_row_connect (SfPathRow *self, GSettings *settings, const char *key,
                          const char *fallback);

G_END_DECLS
