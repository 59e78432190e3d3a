/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/sf-job.h"
#include "library/sf-library.h"

G_BEGIN_DECLS

/* Draws the sheet of a comparison whose cells are all made, saves it beside them and takes it into the library. The work is
 * done on other threads. @pattern: of its file's name. */
void sf_sheet_job_run_async (SfLibrary *library, SfJob *job, const char *pattern,
                             GAsyncReadyCallback callback, gpointer user_data);

/* The sheet, and its file. */
SfPicture *sf_sheet_job_run_finish (GAsyncResult *result, char **path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
