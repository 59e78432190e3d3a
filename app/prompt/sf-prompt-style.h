/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SF_PROMPT_STYLE_MAX_NAME 200         /* bytes */
#define SF_PROMPT_STYLE_MAX_TEXT (16 * 1024) /* bytes of a prompt */
#define SF_PROMPT_STYLE_MAX_STYLES 5000      /* of a file */
#define SF_PROMPT_STYLE_MAX_FILE (4 * 1024 * 1024)

#define SF_TYPE_PROMPT_STYLE (sf_prompt_style_get_type ())
G_DECLARE_FINAL_TYPE (SfPromptStyle, sf_prompt_style, SF, PROMPT_STYLE, GObject)

/**
 * SfPromptStyle: words that are put around a prompt and behind a negative prompt. Immutable.
 *
 * "{prompt}" in a text is where the prompt comes; a text without it comes behind the prompt, after a comma. This is what
 * stable-diffusion-webui does (modules/styles.py), so that its files mean the same here.
 */

/* NULL where a text is too long or not UTF-8, or there is no name. White space around texts goes. */
SfPromptStyle *sf_prompt_style_new (const char *name, const char *prompt,
                                    const char *negative_prompt) G_GNUC_WARN_UNUSED_RESULT;

const char *sf_prompt_style_get_name (SfPromptStyle *self);
const char *sf_prompt_style_get_prompt (SfPromptStyle *self);
const char *sf_prompt_style_get_negative_prompt (SfPromptStyle *self);

/* @prompt, with a style's text for it. */
char *sf_prompt_style_merge (const char *style_text, const char *prompt) G_GNUC_WARN_UNUSED_RESULT;

/* Lists of styles. Element type SfPromptStyle. Entries that are none are left out; an error is where nothing can be read
 * of the text as a whole. */

/* {"styles": [{"name": "…", "prompt": "…", "negative_prompt": "…"}, …]} */
GPtrArray *sf_prompt_style_list_from_json (const char *text, gssize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
char *sf_prompt_style_list_to_json (GPtrArray *styles) G_GNUC_WARN_UNUSED_RESULT;

/* The styles.csv of stable-diffusion-webui: a head line with "name", "prompt" (once "text") and "negative_prompt" in any
 * order, then a style a record. Fields may be in quotation marks and have line breaks and doubled quotation marks in them;
 * records without any text are headings there and are left out. A byte order mark at the beginning is passed over. */
GPtrArray *sf_prompt_style_list_from_csv (const char *text, gssize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* With a byte order mark, as that program writes it. */
char *sf_prompt_style_list_to_csv (GPtrArray *styles) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
