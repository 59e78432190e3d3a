/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-studio.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SF_TYPE_PICTURE_VIEW (sf_picture_view_get_type ())
G_DECLARE_FINAL_TYPE (SfPictureView, sf_picture_view, SF, PICTURE_VIEW, AdwBin)

/**
 * SfPictureView: the canvas with the picture that is selected in the filmstrip under it, and what
 * can be done with it (actions "picture."); before there is one, a page that says how to begin.
 *
 * Signals: "notice" (string): something was done that deserves a word; "failed" (string sentence, GError):
 * something could not be done; "retry-device": the user wants to look for a device again.
 */

/* To be called once. @example: a prompt to begin with, or NULL. */
void sf_picture_view_connect (SfPictureView *self, GSettings *settings, SfStudio *studio,
                              const char *example);

/* Says that there is no device to paint on, and why; NULL: there is one. */
void sf_picture_view_set_device_problem (SfPictureView *self, const char *problem);

/* Shows the picture in work. */
void sf_picture_view_show_newest (SfPictureView *self);

G_END_DECLS
