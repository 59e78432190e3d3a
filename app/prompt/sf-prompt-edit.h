/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A change of a prompt that a text view can make as one step of its undo. All places are bytes. */
typedef struct
{
  gsize start; /* what is replaced */
  gsize end;
  char *text;         /* by what */
  gsize select_start; /* what is selected then, counted in the new prompt */
  gsize select_end;
} SfPromptEdit;

void sf_prompt_edit_free (SfPromptEdit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfPromptEdit, sf_prompt_edit_free)

/* @prompt after the change. */
char *sf_prompt_edit_apply (const SfPromptEdit *self, const char *prompt) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
