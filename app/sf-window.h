/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalog/sf-model-index.h"
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

/* Shows a picture file, in the gallery if it is one of its pictures, and offers its settings; anything else is
 * taken to be a model, which is chosen. */
void sf_window_open (SfWindow *self, const char *path);

/* Shows a picture of the gallery, or all that a text finds. */
void sf_window_show_entry (SfWindow *self, SfEntry *entry);
void sf_window_show_found (SfWindow *self, const char *text);

/* Paints a prompt with the settings of the draft, or the draft for "". */
void sf_window_generate (SfWindow *self, const char *prompt);

/* A sentence over the whole width until it is closed. */
void sf_window_show_problem (SfWindow *self, const char *sentence);

/* The models that rows list and that settings of pictures are about; once, before anything is chosen. */
void sf_window_set_models (SfWindow *self, SfModelIndex *models);

G_END_DECLS
