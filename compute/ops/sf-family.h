/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ops/sf-op.h"

G_BEGIN_DECLS

/* A choice within the families, as it is measured and kept. */
typedef struct
{
  const char *name; /* "shared 8×8" */
  SfFamily family;
  gboolean few_sums;
} SfCandidate;

/* All there are; ends with one without a name. */
extern const SfCandidate sf_candidates[];

/* Measures what @kernels, which are otherwise complete, can be on their device: a product as in a UNet with each
 * candidate, three times. One that fails, or that computes something else than the family SHARED, is none. Returns the
 * quickest, with what was measured as a line of text in @measured; NULL: none ran. */
const SfCandidate *sf_family_measure (const SfKernels *kernels, char **measured);

G_END_DECLS
