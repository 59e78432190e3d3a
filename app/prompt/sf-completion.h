/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sf-prompt-edit.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a completion is. */
typedef enum
{
  SF_COMPLETION_EMBEDDING,
  SF_COMPLETION_WILDCARD,
  SF_COMPLETION_TAG, /* a phrase between commas that was used before */
} SfCompletionKind;

#define SF_COMPLETION_MIN_CHARACTERS 2
#define SF_COMPLETION_MAX_MATCHES 8
#define SF_COMPLETION_MAX_TAG 80     /* characters */
#define SF_COMPLETION_MAX_TAGS 10000 /* the most frequent */
#define SF_COMPLETION_MAX_FILES 20000

/**
 * SfCompletion: words that can be put into a prompt, and which of them fit what is being typed.
 *
 * Immutable once it is made, reference counted; made on a thread of its own, as it looks into folders.
 */
typedef struct _SfCompletion SfCompletion;

/* Files of @embeddings and @wildcards (folders, with those below; NULL or missing ones have none) and the phrases of
 * @prompts (NULL-terminated, or NULL). */
SfCompletion *sf_completion_new (const char *embeddings, const char *wildcards,
                                 const char *const *prompts) G_GNUC_WARN_UNUSED_RESULT;
SfCompletion *sf_completion_ref (SfCompletion *self) G_GNUC_WARN_UNUSED_RESULT;
void sf_completion_unref (SfCompletion *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfCompletion, sf_completion_unref)

typedef struct
{
  SfCompletionKind kind;
  const char *text; /* what comes into the prompt, of the completion */
  gsize start; /* byte of the prompt from which on it replaces what was typed, up to the caret */
} SfCompletionMatch;

/* What can be put in for what stands before the caret, a byte of @prompt: the best first. Element type SfCompletionMatch.
 *
 * What is typed is the phrase from the last comma, bracket or line on, or the last word of it, at least
 * SF_COMPLETION_MIN_CHARACTERS long; letter case does not count. What is there already is not offered, and nothing is in the midst of a
 * word. */
GArray *sf_completion_find (const SfCompletion *self, const char *prompt, gsize caret)
    G_GNUC_WARN_UNUSED_RESULT;

SfPromptEdit *sf_completion_make_edit (const SfCompletionMatch *match, gsize caret)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
