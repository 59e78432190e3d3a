/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "prompt/sf-completion.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SF_TYPE_COMPLETION_POPOVER (sf_completion_popover_get_type ())
G_DECLARE_FINAL_TYPE (SfCompletionPopover, sf_completion_popover, SF, COMPLETION_POPOVER,
                      GtkPopover)

/**
 * SfCompletionPopover: the list under the caret. It never takes the focus: whoever has it hands on the keys.
 *
 * Signal "chosen": a row was clicked; it is the selected one then.
 */
SfCompletionPopover *sf_completion_popover_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Element type SfCompletionMatch, of which the texts are copied; none selected. */
void sf_completion_popover_set_matches (SfCompletionPopover *self, GArray *matches);

/* To the next or the one before; from neither to the first or the last. */
void sf_completion_popover_move (SfCompletionPopover *self, int by);

/* -1: none. */
int sf_completion_popover_get_selected (SfCompletionPopover *self);

G_END_DECLS
