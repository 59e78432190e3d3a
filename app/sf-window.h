/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-studio.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_WINDOW (sf_window_get_type ())
G_DECLARE_FINAL_TYPE (SfWindow, sf_window, SF, WINDOW, AdwApplicationWindow)

/**
 * SfWindow: the view stack of the program with its header bar. It opens without touching a device;
 * whether there is one is asked in a thread once it is on the screen.
 *
 * @example: a prompt to begin with, or NULL.
 */
SfWindow *sf_window_new (GtkApplication *application, GSettings *settings, SfStudio *studio,
                         const char *example) G_GNUC_WARN_UNUSED_RESULT;

/* A sentence over the whole width until it is closed. */
void sf_window_show_problem (SfWindow *self, const char *sentence);

G_END_DECLS
