/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "formats/sf-pickle-value.h"

#include <string.h>

const SfPickleValue *
sf_pickle_value_get (const SfPickleValue *self, guint index)
{
  return self != NULL && (self->kind == SF_PICKLE_TUPLE || self->kind == SF_PICKLE_LIST)
                 && self->items != NULL && index < self->items->len
             ? g_ptr_array_index (self->items, index)
             : NULL;
}

const SfPickleValue *
sf_pickle_value_find (const SfPickleValue *self, const char *key)
{
  if (self == NULL || (self->kind != SF_PICKLE_DICT && self->kind != SF_PICKLE_OBJECT)
      || self->items == NULL)
    return NULL;
  for (guint i = 0; i + 1 < self->items->len; i += 2)
    {
      if (sf_pickle_value_is_text (g_ptr_array_index (self->items, i), key))
        return g_ptr_array_index (self->items, i + 1);
    }
  return NULL;
}

gboolean
sf_pickle_value_is_of (const SfPickleValue *self, const char *name)
{
  const SfPickleValue *class = self != NULL && self->kind == SF_PICKLE_OBJECT ? self->callee : self;

  return class != NULL && class->kind == SF_PICKLE_CLASS && g_str_equal (class->text, name);
}

gboolean
sf_pickle_value_is_text (const SfPickleValue *self, const char *text)
{
  return self != NULL && self->kind == SF_PICKLE_TEXT && self->n_bytes == strlen (text)
         && memcmp (self->text, text, self->n_bytes) == 0;
}
