/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-database.h"

G_BEGIN_DECLS

/* What a scan found. */
typedef struct
{
  guint n_seen;       /* pictures that are there */
  guint n_stored;     /* of them new, changed or moved */
  guint n_gone;       /* that are not there any more */
  guint n_unreadable; /* files with the name of a picture that are none */
} SfScanCounts;

/* What is to be done beyond the ordinary. */
typedef enum
{
  SF_SCAN_DEFAULT = 0,
  SF_SCAN_REREAD = 1 << 0, /* files that have not changed, too */
} SfScanFlags;

/* Makes the library say what is at a path. In a folder and those in it, takes in pictures that are new or have
 * changed, finds moved ones again, and marks those that are gone; so for a single file. What is not there has no
 * pictures. Links to folders are not followed, hidden files are left out. Writes in small transactions, so that nobody
 * waits for it. What a crash left of a picture that was being written, a hidden temporary file a day old, is removed.
 * Cancelled: G_IO_ERROR_CANCELLED, what was done stays. @counts is added to. */
gboolean sf_scan_path (SfDatabase *database, const char *path, SfScanFlags flags,
                       SfScanCounts *counts, GCancellable *cancellable, GError **error);

/* Scans every watched folder. */
gboolean sf_scan_all (SfDatabase *database, SfScanFlags flags, SfScanCounts *counts,
                      GCancellable *cancellable, GError **error);

G_END_DECLS
