/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LiarServer: an HTTP server on this machine that answers with whatever bytes a test likes.
 */
typedef struct _LiarServer LiarServer;

/* One answer. @range_start: first byte that was asked for, -1 for none. @n: how many requests came before. Writes the whole
 * answer, header and all, and returns; then the connection ends. On a thread of its own. */
typedef void (*LiarFunc) (GOutputStream *out, gint64 range_start, const char *if_range, guint n,
                          const char *path);

LiarServer *liar_server_new (LiarFunc func);
void liar_server_free (LiarServer *self);
/* To free. */
char *liar_server_get_address (LiarServer *self, const char *path);
guint liar_server_count_requests (LiarServer *self);

/* "HTTP/1.1 STATUS", the lines of @headers (each with its own CRLF) and a body. */
void liar_answer (GOutputStream *out, const char *status, const char *headers, const guint8 *body,
                  gsize n_bytes);

G_END_DECLS
