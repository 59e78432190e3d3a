/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-device-advice.h"
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
 * something could not be done; "retry-device": the user wants to look for a device again; "trash"
 * (SfPainting): one that is saved is to go to the Trash.
 */

/* To be called once. @example: a prompt to begin with, or NULL. */
void sf_picture_view_connect (SfPictureView *self, GSettings *settings, SfStudio *studio,
                              const char *example);

/* Shows the advice where there is one: in place of the beginning if nothing can be painted. @reason:
 * what Vulkan says about having no device, or NULL. */
void sf_picture_view_set_device_advice (SfPictureView *self, const SfDeviceAdvice *advice,
                                        const char *reason);

/* Shows a finished picture that was made elsewhere; returns whether it tells its settings. */
gboolean sf_picture_view_open (SfPictureView *self, SfPainting *painting);

/* Shows the picture in work. */
void sf_picture_view_show_newest (SfPictureView *self);

G_END_DECLS
