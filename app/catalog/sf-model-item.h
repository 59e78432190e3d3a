/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-model-record.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define SF_TYPE_MODEL_ITEM (sf_model_item_get_type ())
G_DECLARE_FINAL_TYPE (SfModelItem, sf_model_item, SF, MODEL_ITEM, GObject)

/**
 * SfModelItem: a model in lists. On the main thread.
 *
 * Properties: "hash": its SHA-256, 64 hex digits, NULL until it is known; "last-used": seconds since the epoch, 0 for
 * never. The rest never changes: a file that does is another item.
 */
SfModelItem *sf_model_item_new (SfModelRecord *record) G_GNUC_WARN_UNUSED_RESULT;

const SfModelRecord *sf_model_item_get_record (SfModelItem *self);
/* What settings call it: the path, or "" for the starter model. */
const char *sf_model_item_get_setting (SfModelItem *self);
gboolean sf_model_item_is_usable (SfModelItem *self);

const char *sf_model_item_get_hash (SfModelItem *self);
/* @brief: the 8 digits of programs before 1.0. */
void sf_model_item_set_hash (SfModelItem *self, const char *hash, const char *brief);
/* Whether @hash, the beginning of a SHA-256 of at least 8 digits or a brief one, is that of this model, as far as that is known. */
gboolean sf_model_item_matches (SfModelItem *self, const char *hash);

gint64 sf_model_item_get_last_used (SfModelItem *self);
void sf_model_item_set_last_used (SfModelItem *self, gint64 seconds);

G_END_DECLS
