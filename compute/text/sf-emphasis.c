/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/sf-emphasis.h"

#include <math.h>

static float *
get_chunk (const SfEmphasisText *text, guint chunk)
{
  return text->encoding->data + (gsize) chunk * SF_TOKENIZER_CONTEXT * text->encoding->dims[2];
}

static gboolean
is_weighted (const SfPromptChunk *chunk)
{
  for (guint i = 0; i < SF_TOKENIZER_CONTEXT; i++)
    {
      if (chunk->weights[i] != 1)
        return TRUE;
    }
  return FALSE;
}

static double
sum (const float *values, gsize n_values)
{
  double total = 0;

  for (gsize i = 0; i < n_values; i++)
    total += values[i];
  return total;
}

static void
multiply (float *values, gsize n_values, float factor)
{
  for (gsize i = 0; i < n_values; i++)
    values[i] *= factor;
}

static void
weigh_chunk (const SfEmphasisText *text, guint chunk)
{
  gsize width = text->encoding->dims[2];
  float *values = get_chunk (text, chunk);

  for (guint i = 0; i < SF_TOKENIZER_CONTEXT; i++)
    multiply (values + i * width, width, text->chunks[chunk].weights[i]);
}

/* The chunks of this number, of all texts. */
static void
weigh_chunks (const SfEmphasisText *texts, guint n_texts, guint chunk, gboolean restores_mean)
{
  gsize n_values = SF_TOKENIZER_CONTEXT * texts[0].encoding->dims[2];
  double before = 0, after = 0;
  gboolean has_weights = FALSE;

  for (guint i = 0; i < n_texts; i++)
    has_weights = has_weights
                  || (chunk < texts[i].n_chunks && is_weighted (&texts[i].chunks[chunk]));
  if (!has_weights)
    return;

  for (guint i = 0; i < n_texts; i++)
    {
      if (chunk >= texts[i].n_chunks)
        continue;
      before += texts[i].n_uses * sum (get_chunk (&texts[i], chunk), n_values);
      weigh_chunk (&texts[i], chunk);
      after += texts[i].n_uses * sum (get_chunk (&texts[i], chunk), n_values);
    }
  if (!restores_mean || !isfinite (before / after))
    return;
  for (guint i = 0; i < n_texts; i++)
    {
      if (chunk < texts[i].n_chunks)
        multiply (get_chunk (&texts[i], chunk), n_values, (float) (before / after));
    }
}

static void
interpolate (const SfEmphasisText *text, const SfArray *empty)
{
  gsize width = text->encoding->dims[2];

  for (guint chunk = 0; chunk < text->n_chunks; chunk++)
    {
      float *values = get_chunk (text, chunk);

      for (gsize i = 0; i < SF_TOKENIZER_CONTEXT * width; i++)
        {
          float weight = text->chunks[chunk].weights[i / width];

          if (weight != 1)
            values[i] = (values[i] - empty->data[i]) * weight + empty->data[i];
        }
    }
}

void
sf_emphasis_apply (SfEmphasis emphasis, const SfEmphasisText *texts, guint n_texts,
                   const SfArray *empty)
{
  guint n_chunks = 0;

  g_return_if_fail (texts != NULL && n_texts > 0);
  for (guint i = 0; i < n_texts; i++)
    {
      gsize shape[] = { texts[i].n_chunks, SF_TOKENIZER_CONTEXT, texts[0].encoding->dims[2] };

      g_return_if_fail (sf_array_has_shape (texts[i].encoding, G_N_ELEMENTS (shape), shape));
      n_chunks = MAX (n_chunks, texts[i].n_chunks);
    }

  switch (emphasis)
    {
    case SF_EMPHASIS_ORIGINAL:
    case SF_EMPHASIS_NO_NORM:
      for (guint chunk = 0; chunk < n_chunks; chunk++)
        weigh_chunks (texts, n_texts, chunk, emphasis == SF_EMPHASIS_ORIGINAL);
      break;
    case SF_EMPHASIS_COMFYUI:
      g_return_if_fail (empty != NULL);
      g_return_if_fail (empty->n_values == SF_TOKENIZER_CONTEXT * texts[0].encoding->dims[2]);
      for (guint i = 0; i < n_texts; i++)
        interpolate (&texts[i], empty);
      break;
    case SF_EMPHASIS_IGNORE:
      break;
    }
}
