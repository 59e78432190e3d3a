/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sf-session.h"

G_BEGIN_DECLS

/**
 * SfConditioning: what the prompts of a request say to the UNet, call by call.
 *
 * A call has entries: the unconditional one first, where guidance needs it, then one for each part of the prompt
 * that AND joins. Entries with as many tokens go through the UNet together, in a pass.
 */
typedef struct _SfConditioning SfConditioning;

/* Entries of a call that the UNet takes as one batch. */
typedef struct
{
  guint n_entries;
  guint *entries; /* their places among the call's entries */
  guint n_tokens;
  SfArray *context; /* [n_entries, n_tokens, width]; NULL before sf_conditioning_encode() */
} SfConditioningPass;

/* Reads the prompts of @request for the session's model. @n_calls: of the model, in which the schedules of
 * prompts count; what lies beyond is as the last. @seed chooses the wildcards. */
SfConditioning *sf_conditioning_new (SfSession *session, const SfRequest *request, guint n_calls,
                                     guint64 seed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Runs the text encoder of the session's model. Once. */
gboolean sf_conditioning_encode (SfConditioning *self, SfSession *session, const SfRequest *request,
                                 GCancellable *cancellable, GError **error);

void sf_conditioning_free (SfConditioning *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfConditioning, sf_conditioning_free)

guint sf_conditioning_get_n_entries (const SfConditioning *self);
/* Whether the first entry is the unconditional one. It is left out where guidance would cancel it. */
gboolean sf_conditioning_has_unconditional (const SfConditioning *self);
/* Weights of the parts of the prompt: those entries that are not unconditional. */
const double *sf_conditioning_get_weights (const SfConditioning *self);

/* The passes of one call of the model, or of those that come to the same. */
const SfConditioningPass *sf_conditioning_get_passes (const SfConditioning *self, guint call,
                                                      guint *n_passes);

/* The prompts with their wildcards chosen. */
const char *sf_conditioning_get_prompt (const SfConditioning *self);
/* NULL where the negative prompt does not count. */
const char *sf_conditioning_get_negative_prompt (const SfConditioning *self);

/* The textual inversions that the prompts use, as A1111 writes them: "name: hash, name: hash" with the first digits of
 * the files' SHA-256. Reads the files. */
char *sf_conditioning_hash_embeddings (const SfConditioning *self, GCancellable *cancellable,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sentences for people on what of the prompts could not be done. NULL-terminated. */
const char *const *sf_conditioning_get_notices (const SfConditioning *self);

G_END_DECLS
