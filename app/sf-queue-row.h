/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-studio.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_QUEUE_ROW (sf_queue_row_get_type ())
G_DECLARE_FINAL_TYPE (SfQueueRow, sf_queue_row, SF, QUEUE_ROW, GtkListBoxRow)

/**
 * SfQueueRow: a job of the queue: what it is, how far it is, and its place, which is changed by dragging, by buttons or
 * by Alt with the arrow keys (actions "job.").
 *
 * Signal "moved" (guint position): the user has moved it; the list has another row for it by now.
 */
SfQueueRow *sf_queue_row_new (SfStudio *studio, SfJob *job) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
