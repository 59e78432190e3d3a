/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-database.h"

G_BEGIN_DECLS

/**
 * The tables of the library's file, and how a file of an older version comes to have them.
 *
 * - pictures: what a list needs, and little else, so that going through all of them is quick. `created` and
 *   `modified` are microseconds since the epoch. A picture whose file is gone is `missing`; its row is kept, so
 *   that it has its favourite and labels again when the file comes back.
 * - settings: the texts of a picture.
 * - words: the same texts for FTS5, as sf_words_for_index() writes them.
 * - labels, labelled: tags and collections.
 * - folders: what is watched for pictures.
 * - jobs, state: the queue; cells: the pictures of a job that is a comparison, by their number.
 * - prompts: those that were used, of a SfPromptKind each; `used` counts up.
 */

/* An error for a file of a newer version. */
gboolean sf_schema_update (SfDatabase *database, GError **error);

G_END_DECLS
