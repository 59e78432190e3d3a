/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-model-item.h"

G_BEGIN_DECLS

/**
 * SfHasher: finds the hashes of models, one after the other, on a thread of the lowest priority for processor and disk.
 *
 * On the main thread. The engine keeps what it has found.
 */
typedef struct _SfHasher SfHasher;

SfHasher *sf_hasher_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* Waits for the thread, which stops at once. */
void sf_hasher_free (SfHasher *self);

/* Tells the item its hash some time later; nothing if the file cannot be read. */
void sf_hasher_add (SfHasher *self, SfModelItem *item);

G_END_DECLS
