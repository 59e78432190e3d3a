/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vk/sf-buffer.h"

G_BEGIN_DECLS

/**
 * SfHazards: which ranges were read and written since the last barrier.
 */
typedef struct _SfHazards SfHazards;

SfHazards *sf_hazards_new (void) G_GNUC_WARN_UNUSED_RESULT;
void sf_hazards_free (SfHazards *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfHazards, sf_hazards_free)

/* Takes note of a dispatch that uses @ranges and writes those of them that @written says. TRUE when
 * a barrier must stand before it; what came earlier is forgotten then. */
gboolean sf_hazards_add (SfHazards *self, const SfRange *ranges, const gboolean *written,
                         guint n_ranges);

/* Forgets everything, as after a barrier. */
void sf_hazards_clear (SfHazards *self);

G_END_DECLS
