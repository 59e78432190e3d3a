/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SfZip: the entries of a ZIP archive in memory that are stored as they are.
 *
 * For archives that PyTorch writes: no compression, no encryption, one volume; sizes beyond
 * 4 GiB (ZIP64) are fine. Opening reads the central directory and checks every entry against
 * the archive, whose bytes must outlive it. Immutable.
 */
typedef struct _SfZip SfZip;

/* Errors say what is wrong without naming the file. */
SfZip *sf_zip_open (const guint8 *bytes, gsize n_bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sf_zip_free (SfZip *self);

/* The only entry whose name ends so; NULL when there is none or more than one. */
const char *sf_zip_find_by_end (const SfZip *self, const char *end);

/* NULL when there is none of that name. */
const guint8 *sf_zip_find (const SfZip *self, const char *name, gsize *n_bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfZip, sf_zip_free)

G_END_DECLS
