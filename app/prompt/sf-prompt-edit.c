/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sf-prompt-edit.h"

#include <string.h>

void
sf_prompt_edit_free (SfPromptEdit *self)
{
  g_free (self->text);
  g_free (self);
}

char *
sf_prompt_edit_apply (const SfPromptEdit *self, const char *prompt)
{
  g_return_val_if_fail (self->start <= self->end && self->end <= strlen (prompt), NULL);

  GString *result = g_string_new_len (prompt, (gssize) self->start);

  g_string_append (result, self->text);
  g_string_append (result, prompt + self->end);
  return g_string_free (result, FALSE);
}
