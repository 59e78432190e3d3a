/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* The picture as it is, pixel for pixel. */
GdkTexture *sf_texture_new (const SfPicture *picture) G_GNUC_WARN_UNUSED_RESULT;

/* The picture enlarged for looking at: with the cubic filter of Mitchell and Netravali (1988,
 * B = C = 1/3), so that neither squares nor rings show. @width and @height are those of the
 * finished picture, of which @picture may be a smaller preview. Large pictures come as they are. */
GdkTexture *sf_texture_new_smooth (const SfPicture *picture, guint width, guint height)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
