/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-recommended.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  SF_DOWNLOAD_IDLE,    /* nothing is there */
  SF_DOWNLOAD_WAITING, /* for others to end */
  SF_DOWNLOAD_FETCHING,
  SF_DOWNLOAD_CHECKING, /* the checksum */
  SF_DOWNLOAD_STOPPED,  /* a part is there */
  SF_DOWNLOAD_DONE,
} SfDownloadState;

#define SF_TYPE_DOWNLOAD (sf_download_get_type ())
G_DECLARE_FINAL_TYPE (SfDownload, sf_download, SF, DOWNLOAD, GObject)

/**
 * SfDownload: a recommended model and how far it has come here. On the main thread; the work is on another one.
 *
 * Signal "changed": state, progress or failure. SfDownloads decides when it runs.
 */

/* @folder: one's own models folder. Takes @entry. */
SfDownload *sf_download_new (SfRecommended *entry, const char *folder) G_GNUC_WARN_UNUSED_RESULT;

const SfRecommended *sf_download_get_entry (SfDownload *self);
/* Where the file goes. */
const char *sf_download_get_path (SfDownload *self);
SfDownloadState sf_download_get_state (SfDownload *self);
gboolean sf_download_is_active (SfDownload *self); /* waiting, fetching or checking */

guint64 sf_download_get_n_done (SfDownload *self);
guint64 sf_download_get_n_total (SfDownload *self); /* 0 where it is not known */
/* As far as the last seconds tell; negative where they do not. */
double sf_download_get_seconds_left (SfDownload *self);
/* A sentence: why it stopped, or NULL. */
const char *sf_download_get_failure (SfDownload *self);

void sf_download_wait (SfDownload *self);
void sf_download_run (SfDownload *self);
/* Keeps the part. */
void sf_download_stop (SfDownload *self);
/* Removes the part; stops before that. */
void sf_download_discard (SfDownload *self);
/* Looks again whether the file, or a part of it, is there. */
void sf_download_look (SfDownload *self);

G_END_DECLS
