/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-library.h"

G_BEGIN_DECLS

#define SF_TYPE_ENTRY_LIST (sf_entry_list_get_type ())
G_DECLARE_FINAL_TYPE (SfEntryList, sf_entry_list, SF, ENTRY_LIST, GObject)

/**
 * SfEntryList: the pictures that a filter takes, as a GListModel of SfEntry.
 *
 * Holds ids only; an entry is read when it is asked for. Follows the library. Property "loading": what it holds is not
 * what the filter takes, or not yet.
 */
SfEntryList *sf_entry_list_new (SfLibrary *library) G_GNUC_WARN_UNUSED_RESULT;

/* The list follows as soon as it was found. */
void sf_entry_list_set_filter (SfEntryList *self, const SfFilter *filter);
const SfFilter *sf_entry_list_get_filter (SfEntryList *self);

/* 0 beyond the end. */
gint64 sf_entry_list_get_id (SfEntryList *self, guint position);
/* FALSE when it is not in the list. */
gboolean sf_entry_list_find (SfEntryList *self, gint64 id, guint *position);
gboolean sf_entry_list_is_loading (SfEntryList *self);

G_END_DECLS
