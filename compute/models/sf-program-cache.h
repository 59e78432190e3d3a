/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/sf-memory-plan.h"

G_BEGIN_DECLS

/**
 * SfProgramCache: the networks of a checkpoint in one storage format, ready to
 * run: their weights, and the last few programs.
 */
typedef struct _SfProgramCache SfProgramCache;

/* @config and @checkpoint must outlive the cache. Its programs compute in @arena. */
SfProgramCache *sf_program_cache_new (SfArena *arena, const SfKernels *kernels,
                                      const SfModelConfig *config, SfCheckpoint *checkpoint)
    G_GNUC_WARN_UNUSED_RESULT;
void sf_program_cache_free (SfProgramCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfProgramCache, sf_program_cache_free)

const SfKernels *sf_program_cache_get_kernels (SfProgramCache *self);

/* What weights may take from now on; until then all of them may stay. What is not as allowed is freed. */
void sf_program_cache_allow (SfProgramCache *self, const guint64 allowances[SF_N_PARTS]);
const guint64 *sf_program_cache_get_allowances (SfProgramCache *self);

/* Frees the weights, once no program has its place in the arena. */
void sf_program_cache_free_weights (SfProgramCache *self);

/* Where programs of a part are made. */
SfProgramPlace sf_program_cache_get_place (SfProgramCache *self, SfPart part);

/* Whether the program is there already. */
gboolean sf_program_cache_has (SfProgramCache *self, const SfPartSize *size);

/* The program of a part at a size, made if it is not there yet. Owned by the cache; valid until the next call that
 * makes another. */
SfProgram *sf_program_cache_get (SfProgramCache *self, const SfPartSize *size,
                                 GCancellable *cancellable, GError **error);

G_END_DECLS
