/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "text/sf-html-entities.h"

G_BEGIN_DECLS

/* Repairs text that went wrong on its way, as the Python package ftfy does in front of
 * CLIP's tokenizer. Line by line, until nothing changes any more:
 *
 *  - HTML references that end in a semicolon, up to the first line with a "<";
 *  - mojibake: UTF-8 that was read as Windows-1252 ("Ã©" for "é", "â€™" for "’");
 *  - control characters U+0080 to U+009F, meant as Windows-1252;
 *  - ligatures and digraphs of Latin letters, full- and half-width forms, curly quotes
 *    become plain characters, all kinds of line breaks become "\n";
 *  - terminal escapes, control characters, byte order marks go;
 *  - Unicode normalization form C.
 *
 * Mojibake is taken for such where two characters or more in a row, each as UTF-8, come out,
 * or one that begins with "Ã", "Â", "â" or "ð". ftfy weighs more signs, and knows six other
 * code pages.
 *
 * @text is valid UTF-8. */
char *sf_text_fix (const SfHtmlEntities *entities, const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
