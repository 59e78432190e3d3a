/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-brownian.h"

#include <math.h>

#include "samplers/sf-seed-sequence.h"

/* A part of the span: the @key-th of those @depth halvings deep. */
typedef struct
{
  double start;
  double end;
  guint64 key;
  guint64 depth;
} Part;

/* Python's round (value, 6): exact in decimals. */
static double
round_to_micro (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  return g_ascii_strtod (g_ascii_formatd (text, sizeof text, "%.6f", value), NULL);
}

SfBrownian
sf_brownian (SfNoiseKind kind, guint64 seed, gsize n_values, double least, double greatest)
{
  return (SfBrownian){
    .kind = kind,
    .seed = seed,
    .n_values = n_values,
    .start = round_to_micro ((float) least),
    .end = round_to_micro ((float) greatest),
    .deviation = (float) sqrt ((double) (float) greatest - (float) least),
  };
}

static void
draw (const SfBrownian *self, guint32 seed, float *values)
{
  SfGenerator generator;

  sf_generator_seed (&generator, self->kind, seed);
  sf_generator_normal (&generator, values, self->n_values);
}

/* Splits @change, that of the path over @part, at @middle: it becomes that of the first half
 * and @rest that of the second. */
static void
split (const SfBrownian *self, const Part *part, double middle, float *change, float *rest)
{
  const guint64 path[] = { part->key, part->depth };
  const double reciprocal = 1.0 / (part->end - part->start);
  const double before = middle - part->start;
  const double after = part->end - middle;
  const float before_factor = (float) before;
  const float reciprocal_factor = (float) reciprocal;
  const float deviation = (float) sqrt (before * after * reciprocal);
  guint32 seed;

  sf_seed_sequence (self->seed, path, G_N_ELEMENTS (path), &seed, 1);
  draw (self, seed, rest);
  for (gsize i = 0; i < self->n_values; i++)
    {
      float whole = change[i];

      change[i] = before_factor * whole * reciprocal_factor + deviation * rest[i];
      rest[i] = whole - change[i];
    }
}

/* Adds to @sum what the path does between @from and @to, of the @change over @part, which is
 * overwritten. */
static void
add_change (const SfBrownian *self, const Part *part, float *change, double from, double to,
            float *sum)
{
  g_autofree float *rest = NULL;
  const double middle = round_to_micro (0.5 * (part->end + part->start));
  const Part first = { part->start, middle, 2 * part->key, part->depth + 1 };
  const Part second = { middle, part->end, 2 * part->key + 1, part->depth + 1 };

  if (from <= part->start && to >= part->end)
    {
      for (gsize i = 0; i < self->n_values; i++)
        sum[i] += change[i];
      return;
    }

  rest = g_new (float, self->n_values);
  split (self, part, middle, change, rest);
  if (from < middle)
    add_change (self, &first, change, from, MIN (to, middle), sum);
  if (to > middle)
    add_change (self, &second, rest, MAX (from, middle), to, sum);
}

void
sf_brownian_normal (const SfBrownian *self, double sigma, double sigma_next, float *values)
{
  const double from = round_to_micro (CLAMP ((float) sigma_next, self->start, self->end));
  const double to = round_to_micro (CLAMP ((float) sigma, self->start, self->end));
  const float distance = sqrtf ((float) sigma - (float) sigma_next);
  const Part span = { .start = self->start, .end = self->end };
  g_autofree float *change = g_new (float, self->n_values);
  guint32 seed;

  for (gsize i = 0; i < self->n_values; i++)
    values[i] = 0.0f;
  if (from >= to)
    return;

  sf_seed_sequence (self->seed, NULL, 0, &seed, 1);
  draw (self, seed, change);
  for (gsize i = 0; i < self->n_values; i++)
    change[i] *= self->deviation;

  add_change (self, &span, change, from, to, values);
  for (gsize i = 0; i < self->n_values; i++)
    values[i] = -values[i] / distance;
}
