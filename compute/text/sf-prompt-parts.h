/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "a castle AND fog :0.5" is { "a castle", 1 }, { " fog", 0.5 }. */
typedef struct
{
  char *text;
  float weight;
} SfPromptPartText;

/* Splits a prompt at the word AND, and takes the ":weight" off the end of each part. An array of
 * SfPromptPartText that owns its texts; at least one. */
GArray *sf_prompt_parts_split (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
