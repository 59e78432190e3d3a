/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "formats/sf-pickle-value.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SfPickle: a Python pickle taken apart into a tree, of which nothing is run.
 *
 * A pickle is a program that calls functions. Here a call becomes an object that says which
 * function was to be called with what; whoever reads the tree decides what that means. What may be
 * named at all is a list (sf-pickle-classes.h): a pickle that names another function or class is
 * refused with its name, and so is an instruction that PyTorch's files do not have.
 *
 * Reading does not recurse, and what is longer than SF_PICKLE_MAX_BYTES or has more values than
 * SF_PICKLE_MAX_VALUES is refused. Values may be shared and contain themselves: whoever walks the
 * tree bounds depth and steps. The bytes must outlive the pickle. Immutable.
 */
typedef struct _SfPickle SfPickle;

#define SF_PICKLE_MAX_BYTES (16 * 1024 * 1024)
#define SF_PICKLE_MAX_VALUES (1000 * 1000)

/* Reads the pickle at the start of @bytes. @n_read is its length. Errors say what is wrong without
 * naming the file. */
SfPickle *sf_pickle_read (const guint8 *bytes, gsize n_bytes, gsize *n_read, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_pickle_free (SfPickle *self);

const SfPickleValue *sf_pickle_get_root (const SfPickle *self);
/* Every SF_PICKLE_PERSISTENT in it. */
const GPtrArray *sf_pickle_get_persistents (const SfPickle *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfPickle, sf_pickle_free)

G_END_DECLS
