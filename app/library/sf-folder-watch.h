/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Told a moment after the file or folder at @path came, went or changed; where many did, of the folder
 * that they are in. */
typedef void (*SfFolderWatchFunc) (gpointer user_data, const char *path);

/**
 * SfFolderWatch: tells of changes in folders and the folders in them. On the main thread.
 */
typedef struct _SfFolderWatch SfFolderWatch;

SfFolderWatch *sf_folder_watch_new (SfFolderWatchFunc func, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_folder_watch_free (SfFolderWatch *self);

/* Watches a folder, which need not be there yet, and what is in it, hidden folders aside. There is a limit to the
 * number of folders: what goes beyond is not watched. */
void sf_folder_watch_add (SfFolderWatch *self, const char *folder);

G_END_DECLS
