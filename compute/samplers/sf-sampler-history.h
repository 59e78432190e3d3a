/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/sf-array.h"

G_BEGIN_DECLS

/**
 * SfSamplerHistory: the last few arrays that a multistep method works with.
 */
typedef struct _SfSamplerHistory SfSamplerHistory;

/* Room for @n_kept arrays of the shape of @like. */
SfSamplerHistory *sf_sampler_history_new (guint n_kept, const SfArray *like)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_sampler_history_free (SfSamplerHistory *self);

/* Makes room for the newest and returns it to be filled; the oldest of @n_kept goes. */
SfArray *sf_sampler_history_push (SfSamplerHistory *self);

/* The @age-th before the newest. Belongs to @self. */
SfArray *sf_sampler_history_get (const SfSamplerHistory *self, guint age);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfSamplerHistory, sf_sampler_history_free)

G_END_DECLS
