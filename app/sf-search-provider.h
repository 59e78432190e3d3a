/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/sf-library.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SF_TYPE_SEARCH_PROVIDER (sf_search_provider_get_type ())
G_DECLARE_FINAL_TYPE (SfSearchProvider, sf_search_provider, SF, SEARCH_PROVIDER, GObject)

/**
 * SfSearchProvider: lets the desktop's search find pictures by their prompts (org.gnome.Shell.SearchProvider2).
 *
 * Answers without a window; the application then stays for a few seconds after the last question. A result is the id of a
 * picture. Signals: "activated" (SfEntry): a picture is to be shown; "launched" (string): all that a text finds are.
 */

/* Offers it at @object_path. An error when there is one already. */
SfSearchProvider *sf_search_provider_new (GApplication *application, GDBusConnection *connection,
                                          const char *object_path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Where to search; nothing is found before. */
void sf_search_provider_set_library (SfSearchProvider *self, SfLibrary *library);

G_END_DECLS
