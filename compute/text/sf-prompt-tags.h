/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "<lora:name:0.8:0.5>": { "lora", { "name", "0.8", "0.5" } }. */
typedef struct
{
  char *kind;
  char **arguments; /* NULL-terminated, at least one */
} SfPromptTag;

/* An array of SfPromptTag that owns what is in them. */
GArray *sf_prompt_tags_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Takes all tags out of a text and appends them to @tags. */
char *sf_prompt_tags_take (const char *text, GArray *tags) G_GNUC_WARN_UNUSED_RESULT;

/* Comments go: of stable-diffusion-webui from "#" to the end of the line, of ComfyUI from
 * "//" to the end of the line and from "/" "*" to "*" "/". */
char *sf_prompt_strip_comments_a1111 (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char *sf_prompt_strip_comments_comfyui (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
