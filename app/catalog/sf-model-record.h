/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

G_BEGIN_DECLS

/**
 * SfModelRecord: what is known of a model file, or of a model's folder. Immutable, reference counted (atomic).
 */
typedef struct
{
  char *path;
  char *name; /* as people call it */
  SfModelKind kind;
  char *family;    /* "SD 1.x", or NULL */
  char *precision; /* "F16", or NULL */
  char *refusal;   /* a sentence: why it cannot be used, or NULL */
  guint native_size;
  gboolean is_folder;
  gboolean is_starter;
  guint64 n_bytes;

  gint64 stamp_bytes; /* of the file alone, with the next the mark of an unchanged one */
  gint64 stamp_modified;
} SfModelRecord;

/* Reads what is at @path, a file or a folder that diffusers could have written. @kind_of_folder counts where the file
 * itself does not tell. NULL for what is no model and need not be one. What cannot be used has a refusal. Any thread. */
SfModelRecord *sf_model_record_read (const char *path, SfModelKind kind_of_folder)
    G_GNUC_WARN_UNUSED_RESULT;
SfModelRecord *sf_model_record_read_starter (void) G_GNUC_WARN_UNUSED_RESULT;

SfModelRecord *sf_model_record_ref (SfModelRecord *self);
void sf_model_record_unref (SfModelRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfModelRecord, sf_model_record_unref)

/* The order of lists: by kind, what can be used first, by name. */
int sf_model_record_compare (const SfModelRecord *a, const SfModelRecord *b);

/* Size and age of a file as the two stamps above; FALSE if it is not there. */
gboolean sf_model_record_read_stamp (const char *path, gint64 *n_bytes, gint64 *modified);

G_END_DECLS
