/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

#define SF_TYPE_PAINTING (sf_painting_get_type ())
G_DECLARE_FINAL_TYPE (SfPainting, sf_painting, SF, PAINTING, GObject)

/**
 * SfPainting: a picture of this session, in the making or made.
 *
 * Properties, all with notification: "texture" (GdkTexture, for looking at: a preview or the
 * picture, smoothly enlarged if it is small; NULL before the first preview), "prompt", "running",
 * "fraction" (0 ... 1 while running), "path" (of the saved file, NULL if it is not saved).
 */

/* Running. @request is copied. */
SfPainting *sf_painting_new (const SfRequest *request) G_GNUC_WARN_UNUSED_RESULT;

void sf_painting_set_preview (SfPainting *self, const SfPicture *preview);
void sf_painting_set_fraction (SfPainting *self, double fraction);

/* The end of its making: it has the seed of @picture and is saved at @path (or nowhere). */
void sf_painting_complete (SfPainting *self, SfPicture *picture, const char *path);

/* Where the file is by now: it was saved later, or moved. */
void sf_painting_set_path (SfPainting *self, const char *path);

gboolean sf_painting_is_running (SfPainting *self);
const SfRequest *sf_painting_get_request (SfPainting *self);
/* In pixels: as it is, or is to be. */
guint sf_painting_get_width (SfPainting *self);
guint sf_painting_get_height (SfPainting *self);
SfPicture *sf_painting_get_picture (SfPainting *self); /* NULL while running */
const char *sf_painting_get_path (SfPainting *self);
GdkTexture *sf_painting_get_texture (SfPainting *self);

/* The picture itself, pixel for pixel; NULL while running. */
GdkTexture *sf_painting_dup_exact_texture (SfPainting *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
