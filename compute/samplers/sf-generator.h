/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samplers/sf-mt19937.h"
#include "samplers/sf-named.h"

G_BEGIN_DECLS

/* Seeded generators of normal values that agree with those of other programs. */
typedef enum
{
  /* torch.randn on the CPU: mt19937 of the low 32 bits of the seed. A request of
   * 16 values or more is filled by blocks of 16 (sf-box-muller.h), the last 16
   * drawn anew where the number is no multiple of 16; a smaller one takes doubles,
   * two at a time, and keeps the second for the next small request
   * (torch: native/cpu/DistributionTemplates.h, core/DistributionsHelper.h).
   * Bit for bit what an x86 processor with AVX2 makes. */
  SF_NOISE_CPU,

  /* torch.randn on an NVIDIA GPU as AUTOMATIC1111's "NV" source models it:
   * Philox4x32-10 with the seed as key and the counter (request, 0, index, 0);
   * of the first two words a, b:
   * sqrt (-2 ln (a / 2^32 + 2^-33)) sin (2 pi (b / 2^32 + 2^-33)), in doubles
   * (A1111: modules/rng_philox.py). */
  SF_NOISE_PHILOX,
} SfNoiseKind;

/* Names: "cpu", "philox". */
const SfNamed *const *sf_noise_kind_list (void);
gboolean sf_noise_kind_from_name (const char *name, SfNoiseKind *kind, GError **error);

/**
 * SfGenerator: one of them under way. A plain value; copying it forks the sequence.
 */
typedef struct
{
  SfNoiseKind kind;

  /* SF_NOISE_CPU */
  SfMt19937 twister;
  gboolean has_spare;
  double spare;

  /* SF_NOISE_PHILOX */
  guint64 seed;
  guint32 n_requests;
} SfGenerator;

void sf_generator_seed (SfGenerator *self, SfNoiseKind kind, guint64 seed);

/* One request for @n_values values. */
void sf_generator_normal (SfGenerator *self, float *values, gsize n_values);

G_END_DECLS
