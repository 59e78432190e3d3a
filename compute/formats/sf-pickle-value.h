/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SF_PICKLE_NONE,
  SF_PICKLE_BOOL,
  SF_PICKLE_INTEGER,
  SF_PICKLE_FLOAT,
  SF_PICKLE_TEXT,       /* UTF-8 */
  SF_PICKLE_BYTES,      /* also an integer beyond 64 bits: little-endian, two's complement */
  SF_PICKLE_TUPLE,      /* items */
  SF_PICKLE_LIST,       /* items; sets too */
  SF_PICKLE_DICT,       /* items: keys and values by turns */
  SF_PICKLE_CLASS,      /* text "module.name": a class or function that is named */
  SF_PICKLE_OBJECT,     /* what calling callee with arguments makes */
  SF_PICKLE_PERSISTENT, /* something outside of the pickle, which arguments names */
} SfPickleKind;

/* A value in the tree of an SfPickle, owned by it. */
typedef struct _SfPickleValue SfPickleValue;
struct _SfPickleValue
{
  SfPickleKind kind;
  guint32 n_bytes; /* of text */
  union
  {
    gint64 integer; /* SF_PICKLE_BOOL too */
    double real;
    const char *text; /* not terminated, but for SF_PICKLE_CLASS */
    const SfPickleValue *callee;
  };
  GPtrArray *items;               /* of SfPickleValue, or NULL; of objects what was put into them */
  const SfPickleValue *arguments; /* SF_PICKLE_OBJECT: a tuple */
  const SfPickleValue *state;     /* SF_PICKLE_OBJECT: attributes that were set, or NULL */
};

/* The item of a tuple or list; NULL where there is none. */
const SfPickleValue *sf_pickle_value_get (const SfPickleValue *self, guint index);
/* The value under a text in a dict or in an object that was used as one; NULL where there is none. */
const SfPickleValue *sf_pickle_value_find (const SfPickleValue *self, const char *key);
/* Whether it is an object made by that class or function, or, of SF_PICKLE_CLASS, that itself. */
gboolean sf_pickle_value_is_of (const SfPickleValue *self, const char *name);
gboolean sf_pickle_value_is_text (const SfPickleValue *self, const char *text);

G_END_DECLS
