/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-model-record.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a scan found. */
typedef struct
{
  GPtrArray *records;   /* of SfModelRecord, in their order */
  char **roots;         /* the folders that were looked through, to be watched */
  gboolean is_complete; /* FALSE: there was more than a scan looks at */
} SfModelScan;

/* Looks for models at @places, folders and single files, and adds the starter model. Files whose stamp is that of their
 * record in @known (SfModelRecord by path, the starter model's by ""; may be NULL) are not read again. Folders below are searched, links followed,
 * each file and folder once and up to limits; hidden ones are left out. NULL only when cancelled. Any thread. */
SfModelScan *sf_model_scan (const char *const *places, GHashTable *known, GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sf_model_scan_free (SfModelScan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfModelScan, sf_model_scan_free)

G_END_DECLS
