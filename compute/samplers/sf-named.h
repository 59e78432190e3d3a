/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SfNamed: what a choice is called, as first member of the type that it names.
 *
 * Choices are listed in NULL-terminated arrays of pointers to these, in the
 * order in which a user sees them; the first is the default.
 */
typedef struct
{
  const char *name;  /* in files and on the command line: "dpmpp_2m" */
  const char *title; /* for people: "DPM++ 2M" */
} SfNamed;

/* The choice called @name. NULL, with G_IO_ERROR_INVALID_ARGUMENT and a message
 * that lists the names there are, when none is; @noun says of what. */
const SfNamed *sf_named_find (const SfNamed *const *choices, const char *noun, const char *name,
                              GError **error);

G_END_DECLS
