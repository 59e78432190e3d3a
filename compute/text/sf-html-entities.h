/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SfHtmlEntities: the character references of HTML 5 ("&amp;", "&#38;", "&#x26;").
 *
 * Immutable; any thread may use it. Texts are valid UTF-8.
 */
typedef struct _SfHtmlEntities SfHtmlEntities;

SfHtmlEntities *sf_html_entities_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sf_html_entities_free (SfHtmlEntities *self);

/* As browsers and Python's html.unescape do: also references without a semicolon, the
 * longest name that fits. Numbers that mean no character give U+FFFD or nothing. */
char *sf_html_entities_resolve (const SfHtmlEntities *self, const char *text)
    G_GNUC_WARN_UNUSED_RESULT;

/* Only what cannot be meant otherwise: references of at most 24 characters that end in a
 * semicolon. Names wholly in capitals mean the lower-case name where they
 * have no meaning of their own ("&EACUTE;"). */
char *sf_html_entities_resolve_closed (const SfHtmlEntities *self, const char *text)
    G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SfHtmlEntities, sf_html_entities_free)

G_END_DECLS
