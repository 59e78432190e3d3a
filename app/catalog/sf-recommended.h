/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/sfumato.h"

G_BEGIN_DECLS

/**
 * SfRecommended: a model that can be downloaded, as data/recommended-models.json has it. Immutable.
 */
typedef struct
{
  char *name;
  char *author;  /* or NULL */
  char *licence; /* or NULL */
  char *page;    /* address of a page for people, or NULL */
  SfModelKind kind;
  char *family;    /* "SD 1.x", or NULL */
  char *file;      /* a plain name */
  guint64 n_bytes; /* 0 where it is not known */
  char *sha256;    /* 64 lower-case hex digits, or NULL */
  char *address;   /* https, or http on this machine */
} SfRecommended;

void sf_recommended_free (SfRecommended *self);

/* The entries of a file, of SfRecommended. An entry that cannot be used is left out with a warning; an error is for a
 * file that is not of this form. */
GPtrArray *sf_recommended_parse (const char *text, gssize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The built-in entries and then those of "recommended-models.json" in @folder, the user's own, which may be missing. */
GPtrArray *sf_recommended_list (const char *folder) G_GNUC_WARN_UNUSED_RESULT;

/* A sentence: why the engine cannot use it, or NULL. */
const char *sf_recommended_get_refusal (const SfRecommended *self);

G_END_DECLS
