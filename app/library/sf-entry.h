/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-picture-record.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define SF_TYPE_ENTRY (sf_entry_get_type ())
G_DECLARE_FINAL_TYPE (SfEntry, sf_entry, SF, ENTRY, GObject)

/**
 * SfEntry: a picture of the library. There is one object for each picture at most.
 *
 * Properties, with notification: "path", "prompt", "favourite".
 */

/* Takes @record, whose id is that of the picture from then on. */
SfEntry *sf_entry_new (SfPictureRecord *record) G_GNUC_WARN_UNUSED_RESULT;

/* What is known of it now; takes @record. */
void sf_entry_take_record (SfEntry *self, SfPictureRecord *record);
const SfPictureRecord *sf_entry_get_record (SfEntry *self);
void sf_entry_set_favourite (SfEntry *self, gboolean favourite);
/* Whether all of them (SfEntry) are favourites, and there is one. */
gboolean sf_entry_are_favourites (GPtrArray *entries);

G_END_DECLS
