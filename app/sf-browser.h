/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "library/sf-entry-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_BROWSER (sf_browser_get_type ())
G_DECLARE_FINAL_TYPE (SfBrowser, sf_browser, SF, BROWSER, AdwBin)

/**
 * SfBrowser: the library's pictures side by side, with what finds them above, what can be done with those that are selected
 * below, and the details of one beside.
 *
 * Signals: "activated" (guint position): one is to be seen large; "selection-changed".
 */

/* To be called once. */
void sf_browser_connect (SfBrowser *self, GSettings *settings, SfLibrary *library);

/* The pictures in it. */
SfEntryList *sf_browser_get_list (SfBrowser *self);

/* Those that are selected, as SfEntry. */
GPtrArray *sf_browser_get_selected (SfBrowser *self) G_GNUC_WARN_UNUSED_RESULT;
guint sf_browser_count_selected (SfBrowser *self);
/* The first position that is selected, GTK_INVALID_LIST_POSITION for none. */
guint sf_browser_get_first_selected (SfBrowser *self);
/* Selects one alone and shows it; GTK_INVALID_LIST_POSITION selects none. */
void sf_browser_select (SfBrowser *self, guint position);

/* Shows again what is known of those that are selected. */
void sf_browser_update (SfBrowser *self);

/* Shows the pictures that a text finds. */
void sf_browser_set_text (SfBrowser *self, const char *text);
/* Lets the user type what to look for. */
void sf_browser_focus_search (SfBrowser *self);
void sf_browser_toggle_panel (SfBrowser *self);

G_END_DECLS
