/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-database.h"
#include "sf-filter.h"

G_BEGIN_DECLS

/**
 * SfSearch: finds pictures, quickly while somebody types.
 *
 * What a filter leaves is kept in order, until the library changes; words are then looked up in the full-text
 * index alone and picked out of it. One thread at a time, with one connection.
 */
typedef struct _SfSearch SfSearch;

SfSearch *sf_search_new (void) G_GNUC_WARN_UNUSED_RESULT;
void sf_search_free (SfSearch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfSearch, sf_search_free)

/* Ids (gint64) of the pictures that are there. */
GArray *sf_search_run (SfSearch *self, SfDatabase *database, const SfFilter *filter, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
