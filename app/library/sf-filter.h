/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SF_SORT_NEWEST,
  SF_SORT_OLDEST,
  SF_SORT_LARGEST, /* by pixels */
  SF_SORT_MODEL,
} SfSort;

/* Which pictures of the library are wanted, and in which order. */
typedef struct
{
  char *text; /* as sf_words_for_query() takes it; NULL: any */
  gboolean favourites;
  char *model;      /* NULL: any; "": the starter model */
  char *tag;        /* NULL: any */
  char *collection; /* NULL: any */
  gint64 since;     /* created then or later; microseconds since the epoch */
  guint width;      /* 0: any */
  guint height;
  SfSort sort;
} SfFilter;

SfFilter *sf_filter_copy (const SfFilter *self) G_GNUC_WARN_UNUSED_RESULT;
void sf_filter_free (SfFilter *self);
/* Whether it takes every picture. */
gboolean sf_filter_is_open (const SfFilter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfFilter, sf_filter_free)

G_END_DECLS
