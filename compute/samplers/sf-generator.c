/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-generator.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "samplers/sf-box-muller.h"
#include "samplers/sf-philox.h"

static const SfNamed kinds[] = {
  [SF_NOISE_CPU] = { "cpu", "CPU" },
  [SF_NOISE_PHILOX] = { "philox", "GPU" },
};

const SfNamed *const *
sf_noise_kind_list (void)
{
  static const SfNamed *const list[] = { &kinds[SF_NOISE_CPU], &kinds[SF_NOISE_PHILOX], NULL };

  return list;
}

gboolean
sf_noise_kind_from_name (const char *name, SfNoiseKind *kind, GError **error)
{
  const SfNamed *named = sf_named_find (sf_noise_kind_list (), _ ("noise generator"), name, error);

  if (named == NULL)
    return FALSE;

  *kind = (SfNoiseKind) (named - kinds);
  return TRUE;
}

void
sf_generator_seed (SfGenerator *self, SfNoiseKind kind, guint64 seed)
{
  *self = (SfGenerator){ .kind = kind, .seed = seed };
  if (kind == SF_NOISE_CPU)
    sf_mt19937_seed (&self->twister, (guint32) seed);
}

static float
uniform_24 (SfMt19937 *twister)
{
  return (float) (sf_mt19937_next (twister) & 0xffffffu) * 0x1p-24f;
}

static double
uniform_53 (SfMt19937 *twister)
{
  guint64 high = sf_mt19937_next (twister);
  guint64 low = sf_mt19937_next (twister);

  return (double) ((high << 32 | low) & ((G_GUINT64_CONSTANT (1) << 53) - 1)) * 0x1p-53;
}

static double
cpu_normal_double (SfGenerator *self)
{
  double turn, radius;

  if (self->has_spare)
    {
      self->has_spare = FALSE;
      return self->spare;
    }

  turn = 2.0 * G_PI * uniform_53 (&self->twister);
  radius = sqrt (-2.0 * log1p (-uniform_53 (&self->twister)));
  self->spare = radius * sin (turn);
  self->has_spare = TRUE;

  return radius * cos (turn);
}

static void
cpu_normal (SfGenerator *self, float *out, gsize n_values)
{
  if (n_values < SF_BOX_MULLER_BLOCK)
    {
      for (gsize i = 0; i < n_values; i++)
        out[i] = (float) cpu_normal_double (self);
      return;
    }

  for (gsize i = 0; i < n_values; i++)
    out[i] = uniform_24 (&self->twister);

  for (gsize i = 0; i + SF_BOX_MULLER_BLOCK <= n_values; i += SF_BOX_MULLER_BLOCK)
    sf_box_muller_block (out + i);

  if (n_values % SF_BOX_MULLER_BLOCK != 0)
    {
      float *last = out + n_values - SF_BOX_MULLER_BLOCK;

      for (guint i = 0; i < SF_BOX_MULLER_BLOCK; i++)
        last[i] = uniform_24 (&self->twister);
      sf_box_muller_block (last);
    }
}

static void
philox_normal (SfGenerator *self, float *out, gsize n_values)
{
  /* A1111 keeps this factor in single precision. */
  static const float turn_scale = (float) (0x1p-32 * 2.0 * G_PI);

  for (gsize i = 0; i < n_values; i++)
    {
      guint32 words[4] = { self->n_requests, 0, (guint32) i, 0 };
      double uniform, turn;

      sf_philox_4x32 (words, self->seed);
      uniform = words[0] * 0x1p-32 + 0x1p-33;
      turn = words[1] * (double) turn_scale + (double) turn_scale / 2.0;
      out[i] = (float) (sqrt (-2.0 * log (uniform)) * sin (turn));
    }

  self->n_requests++;
}

void
sf_generator_normal (SfGenerator *self, float *values, gsize n_values)
{
  if (self->kind == SF_NOISE_CPU)
    cpu_normal (self, values, n_values);
  else
    philox_normal (self, values, n_values);
}
