/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-prompt-chunk.h"

void
sf_prompt_chunk_init_empty (SfPromptChunk *self, gint32 pad)
{
  g_return_if_fail (self != NULL);

  *self = (SfPromptChunk){ 0 };
  for (guint i = 0; i < SF_TOKENIZER_CONTEXT; i++)
    {
      self->ids[i] = i == 0 ? SF_TOKENIZER_BEGIN : i == 1 ? SF_TOKENIZER_END : pad;
      self->weights[i] = 1;
    }
}

void
sf_prompt_chunk_clear (SfPromptChunk *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->replacements, g_free);
  self->n_replacements = 0;
}
