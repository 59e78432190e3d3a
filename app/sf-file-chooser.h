/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows a modal chooser whose "response" goes to @callback (object, response), swapped. */
void sf_file_chooser_show (GtkFileChooserNative *chooser, GCallback callback, gpointer object);

/* What was chosen, or NULL; lets go of the chooser. For its "response" handler. */
char *sf_file_chooser_take_path (GtkFileChooserNative **chooser, int response)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
