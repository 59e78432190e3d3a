/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalog/sf-downloads.h"
#include "catalog/sf-model-index.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SF_TYPE_DOWNLOAD_ROW (sf_download_row_get_type ())
G_DECLARE_FINAL_TYPE (SfDownloadRow, sf_download_row, SF, DOWNLOAD_ROW, GtkListBoxRow)

/**
 * SfDownloadRow: a recommended model in the Models window: what it is, where it comes from, and how far it has come.
 */
GtkWidget *sf_download_row_new (SfDownload *download, SfDownloads *downloads, SfModelIndex *index);

G_END_DECLS
