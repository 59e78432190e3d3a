/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SF_UNDO_MAX_STEPS 200

#define SF_TYPE_UNDO (sf_undo_get_type ())
G_DECLARE_FINAL_TYPE (SfUndo, sf_undo, SF, UNDO, GObject)

/**
 * SfUndo: takes changes of the draft back, step by step.
 *
 * Follows the settings that a picture is made from, prompts included, but not preferences. What one act of the user changes is
 * one step: all that changes at nearly the same time, and a setting that goes on changing without a pause, as when a slider
 * is dragged or a text is typed. A seed that is not locked changes by itself and counts as no change.
 *
 * Properties, with notification: "can-undo", "can-redo".
 */
SfUndo *sf_undo_new (GSettings *settings) G_GNUC_WARN_UNUSED_RESULT;

/* Nothing happens where there is no step. */
void sf_undo_undo (SfUndo *self);
void sf_undo_redo (SfUndo *self);

/* What comes is another step, however soon it comes. */
void sf_undo_end_step (SfUndo *self);

G_END_DECLS
