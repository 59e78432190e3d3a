/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/sf-noise.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

#include "samplers/sf-box-muller.h"
#include "samplers/sf-mt19937.h"
#include "samplers/sf-philox.h"

typedef struct
{
  SfMt19937 twister;
  gboolean has_spare;
  double spare;
} CpuNoise;

typedef struct
{
  guint64 seed;
  guint32 n_requests;
} PhiloxNoise;

typedef struct
{
  SfArray *sequence;
  gsize n_taken;
} RecordedNoise;

struct _SfNoise
{
  enum
  {
    SOURCE_CPU,
    SOURCE_PHILOX,
    SOURCE_RECORDED,
  } source;

  union
  {
    CpuNoise cpu;
    PhiloxNoise philox;
    RecordedNoise recorded;
  };
};

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
  const SfNamed *named = sf_named_find (sf_noise_kind_list (), "noise generator", name, error);

  if (named == NULL)
    return FALSE;

  *kind = (SfNoiseKind) (named - kinds);
  return TRUE;
}

SfNoise *
sf_noise_new (SfNoiseKind kind, guint64 seed)
{
  SfNoise *self = g_new0 (SfNoise, 1);

  switch (kind)
    {
    case SF_NOISE_CPU:
      self->source = SOURCE_CPU;
      sf_mt19937_seed (&self->cpu.twister, (guint32) seed);
      break;
    case SF_NOISE_PHILOX:
      self->source = SOURCE_PHILOX;
      self->philox.seed = seed;
      break;
    default:
      g_assert_not_reached ();
    }

  return self;
}

SfNoise *
sf_noise_new_recorded (SfArray *sequence, GError **error)
{
  SfNoise *self;

  g_return_val_if_fail (sequence != NULL, NULL);

  if (sequence->n_dims < 2)
    {
      g_autofree char *shape = sf_array_describe_shape (sequence);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "use an array of shape %s as noise sequence: its first extent must count the "
                   "noises and the others be those of a latent",
                   shape);
      return NULL;
    }

  self = g_new0 (SfNoise, 1);
  self->source = SOURCE_RECORDED;
  self->recorded.sequence = sf_array_ref (sequence);

  return self;
}

void
sf_noise_free (SfNoise *self)
{
  if (self == NULL)
    return;

  if (self->source == SOURCE_RECORDED)
    sf_array_unref (self->recorded.sequence);

  g_free (self);
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
cpu_normal_double (CpuNoise *self)
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
cpu_normal (CpuNoise *self, float *out, gsize n_values)
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
philox_normal (PhiloxNoise *self, float *out, gsize n_values)
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

/* Whether a dims[0..n_dims) array and @out differ by leading extents of 1 only. */
static gboolean
same_shape (const gsize *dims, guint n_dims, const SfArray *out)
{
  const gsize *out_dims = out->dims;
  guint n_out_dims = out->n_dims;

  for (; n_dims > 0 && dims[0] == 1; n_dims--)
    dims++;
  for (; n_out_dims > 0 && out_dims[0] == 1; n_out_dims--)
    out_dims++;

  return n_dims == n_out_dims && memcmp (dims, out_dims, n_dims * sizeof *dims) == 0;
}

static gboolean
recorded_check (const RecordedNoise *self, const SfArray *like, guint n_requests, GError **error)
{
  const SfArray *sequence = self->sequence;

  if (!same_shape (sequence->dims + 1, sequence->n_dims - 1, like))
    {
      g_autofree char *held = sf_array_describe_shape (sequence);
      g_autofree char *wanted = sf_array_describe_shape (like);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "take noise of shape %s from a noise sequence of shape %s", wanted, held);
      return FALSE;
    }

  if (n_requests > sequence->dims[0] - self->n_taken)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "take noise %" G_GSIZE_FORMAT
                   " from a noise sequence that holds %" G_GSIZE_FORMAT,
                   self->n_taken + n_requests, sequence->dims[0]);
      return FALSE;
    }

  return TRUE;
}

gboolean
sf_noise_check (const SfNoise *self, const SfArray *like, guint n_requests, GError **error)
{
  g_return_val_if_fail (self != NULL && like != NULL, FALSE);

  return self->source != SOURCE_RECORDED
         || recorded_check (&self->recorded, like, n_requests, error);
}

gboolean
sf_noise_normal (SfNoise *self, SfArray *out, GError **error)
{
  g_return_val_if_fail (self != NULL && out != NULL, FALSE);

  switch (self->source)
    {
    case SOURCE_CPU:
      cpu_normal (&self->cpu, out->data, out->n_values);
      break;
    case SOURCE_PHILOX:
      philox_normal (&self->philox, out->data, out->n_values);
      break;
    case SOURCE_RECORDED:
      if (!recorded_check (&self->recorded, out, 1, error))
        return FALSE;
      memcpy (out->data, self->recorded.sequence->data + self->recorded.n_taken * out->n_values,
              out->n_values * sizeof *out->data);
      self->recorded.n_taken++;
      break;
    }

  return TRUE;
}
