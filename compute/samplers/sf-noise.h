/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"
#include "samplers/sf-named.h"

G_BEGIN_DECLS

/**
 * SfNoise: a source of standard normal values.
 *
 * It goes on from request to request: the initial noise of a picture is the
 * first, what an ancestral sampler adds are the next. One thread at a time.
 */
typedef struct _SfNoise SfNoise;

/* Seeded generators that agree with those of other programs. */
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

SfNoise *sf_noise_new (SfNoiseKind kind, guint64 seed) G_GNUC_WARN_UNUSED_RESULT;

/* A source that hands out what was recorded: sequence is [n, ...], the k-th
 * request gets sequence[k]. Takes a reference to @sequence. */
SfNoise *sf_noise_new_recorded (SfArray *sequence, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void sf_noise_free (SfNoise *self);

/* Fills @out, of any shape. A recorded sequence fails with
 * G_IO_ERROR_INVALID_ARGUMENT where it is used up or of another shape; leading
 * extents of 1 do not matter. */
gboolean sf_noise_normal (SfNoise *self, SfArray *out, GError **error);

/* Whether @n_requests more requests of the shape of @like will succeed; the
 * error is the one that the first failing request would give. */
gboolean sf_noise_check (const SfNoise *self, const SfArray *like, guint n_requests,
                         GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfNoise, sf_noise_free)

G_END_DECLS
