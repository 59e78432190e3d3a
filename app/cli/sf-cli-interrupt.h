/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* From now on Ctrl+C (SIGINT) triggers the returned cancellable, and a second one ends the program at once. To be called
 * before any thread is started. The cancellable belongs to the program. */
GCancellable *sf_cli_catch_interrupt (void);

/* The same cancellable. */
GCancellable *sf_cli_get_cancellable (void);

G_END_DECLS
