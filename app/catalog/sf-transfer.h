/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A file to be fetched over HTTP. */
typedef struct
{
  const char *address;
  const char *path;        /* where it goes */
  const char *part_folder; /* where it grows, on the same file system */
  const char *name;        /* of the part there */
  guint64 n_bytes;         /* what it must have, or 0 */
  const char *sha256;      /* what it must have, or NULL */
  guint
      retry_ms; /* first pause after a connection that was cut; each further one is twice as long */
} SfTransferFile;

typedef enum
{
  SF_TRANSFER_FETCHING,
  SF_TRANSFER_CHECKING, /* the finished part against its SHA-256 */
} SfTransferStage;

/* @n_total: 0 while it is not known. Called on the thread of the transfer, ten times a second at most. */
typedef void (*SfTransferFunc) (SfTransferStage stage, guint64 n_done, guint64 n_total,
                                gpointer user_data);

/* Fetches a file and waits for it. A part that is there is gone on with by Range and If-Range (RFC 9110, 13.1.5 and 14)
 * where the server still has the same file, else it is begun anew; a connection that is cut is taken up again, a few
 * times. What arrives at @path has the size and the SHA-256 that were asked for, or nothing does: a file with another
 * checksum is removed. After every other error, and when cancelled, the part stays. Errors are whole sentences for
 * people. Any thread without a main context that runs. */
gboolean sf_transfer_run (const SfTransferFile *file, SfTransferFunc func, gpointer user_data,
                          GCancellable *cancellable, GError **error);

G_END_DECLS
