/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint64 seed;
  const char *folder; /* NULL: "__name__" stays */
  gboolean
      bare_brackets; /* as in ComfyUI, "{a}" is "a", and a last "{" that is not closed goes on to the end */
  gsize max_bytes; /* the result is cut off a little behind it */
} SfWildcardOptions;

/* Chooses among what a prompt leaves open. What is chosen may hold more choices.
 *
 *   {a|b|c}    one of them, each as likely; "\{", "\|" and "\}" choose nothing, and stay
 *   __name__   one line of FOLDER/name.txt, or FOLDER/some/name.txt for "__some/name__"; empty lines
 *              and those that begin with "#" do not count
 *
 * A name without a file, or with a file of more than 16 MiB, stays, and so does all that is nested deeper than
 * SF_WILDCARD_MAX_DEPTH or would be choice number SF_WILDCARD_MAX_CHOICES. Names cannot lead out of the folder.
 *
 * The same text, seed and files give the same choices. @text is valid UTF-8. */
#define SF_WILDCARD_MAX_DEPTH 32
#define SF_WILDCARD_MAX_CHOICES 10000

char *sf_wildcards_choose (const char *text, const SfWildcardOptions *options)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
