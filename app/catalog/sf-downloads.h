/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-download.h"

G_BEGIN_DECLS

#define SF_TYPE_DOWNLOADS (sf_downloads_get_type ())
G_DECLARE_FINAL_TYPE (SfDownloads, sf_downloads, SF, DOWNLOADS, GObject)

/**
 * SfDownloads: the models that can be downloaded, and when they are: a few at once, the others wait in the order in which
 * they were asked for.
 *
 * Which are wanted is kept in @folder, so that they go on after a restart. On the main thread.
 * Signals: "arrived" (SfDownload): a file is there; "failed" (SfDownload): it says why.
 */

/* @folder: one's own models folder. Takes the elements of @entries (SfRecommended). */
SfDownloads *sf_downloads_new (const char *folder, GPtrArray *entries) G_GNUC_WARN_UNUSED_RESULT;

/* Of SfDownload, in the order of the entries. */
GListModel *sf_downloads_get_items (SfDownloads *self);

void sf_downloads_start (SfDownloads *self, SfDownload *download);
void sf_downloads_stop (SfDownloads *self, SfDownload *download);
void sf_downloads_discard (SfDownloads *self, SfDownload *download);
/* Starts what was wanted when the program ended. */
void sf_downloads_resume (SfDownloads *self);
/* Looks again which files are there. */
void sf_downloads_look (SfDownloads *self);
guint sf_downloads_count_active (SfDownloads *self);

G_END_DECLS
